#include "sim/network/rate_memo.hpp"

#include <utility>

namespace commsim {
namespace {

constexpr std::size_t kMostEntries = std::size_t{1} << 16U;
constexpr std::int64_t kPatience = 256;  // states that may be new before one has to come back

}  // namespace

void RateMemo::note(bool found) {
  ++(found ? found_ : missed_);
  if (found || missed_ < kPatience + found_ / 4) return;
  on_ = false;
  solutions_ = {};
}

void RateMemo::keep(std::vector<Entry> solution) {
  if (entries_ + solution.size() > kMostEntries) return;
  entries_ += solution.size();
  solutions_.insert_or_assign(state_, std::move(solution));
}

}  // namespace commsim
