#include "calibrate/fit/isotonic.hpp"

#include "calibrate/fit/statistics.hpp"

namespace commsim {

std::vector<double> non_decreasing(const std::vector<double>& values) {
  struct Pool {
    std::vector<double> members;
    double level;
  };
  std::vector<Pool> pools;
  for (const double value : values) {
    pools.push_back({{value}, value});
    while (pools.size() > 1 && pools[pools.size() - 2].level > pools.back().level) {
      const std::vector<double> last = std::move(pools.back().members);
      pools.pop_back();
      Pool& pool = pools.back();
      pool.members.insert(pool.members.end(), last.begin(), last.end());
      pool.level = median(pool.members);
    }
  }
  std::vector<double> levels;
  levels.reserve(values.size());
  for (const Pool& pool : pools) levels.insert(levels.end(), pool.members.size(), pool.level);
  return levels;
}

}  // namespace commsim
