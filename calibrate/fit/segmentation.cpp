#include "calibrate/fit/segmentation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "core/error.hpp"

namespace commsim {
namespace {

constexpr std::size_t kMostPlaces = 64;

std::vector<std::size_t> places(std::size_t rows) {
  const std::size_t steps = std::min(rows, kMostPlaces);
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i <= steps; ++i) result.push_back(i * rows / steps);
  return result;
}

class Divider {
 public:
  Divider(std::span<const Measurement> rows, const SegmentationOptions& options)
      : rows_(rows), options_(options), places_(places(rows.size())) {}

  std::vector<Division> all() {
    std::vector<Best> before(places_.size());
    before[0] = {.loss = 0, .from = 0};
    std::vector<std::vector<Best>> tables{before};
    std::vector<Division> result;
    for (int pieces = 1; pieces <= options_.most_pieces; ++pieces) {
      tables.push_back(one_more(tables.back()));
      if (tables.back().back().loss < kNever) result.push_back(pieces_of(tables));
    }
    return result;
  }

 private:
  static constexpr double kNever = std::numeric_limits<double>::infinity();
  struct Best {
    double loss = kNever;
    std::size_t from = 0;  // the place where the last piece starts
  };

  std::vector<Best> one_more(const std::vector<Best>& before) {
    std::vector<Best> after(places_.size());
    for (std::size_t from = 0; from < places_.size(); ++from) {
      if (before[from].loss == kNever) continue;
      for (std::size_t to = from + 1; to < places_.size(); ++to) {
        const RobustLine* line = line_between(from, to);
        if (line == nullptr) continue;
        const double loss = before[from].loss + line->loss;
        if (loss < after[to].loss) after[to] = {.loss = loss, .from = from};
      }
    }
    return after;
  }

  Division pieces_of(const std::vector<std::vector<Best>>& tables) {
    Division pieces;
    std::size_t to = places_.size() - 1;
    for (std::size_t k = tables.size() - 1; k > 0; --k) {
      const std::size_t from = tables[k][to].from;
      pieces.push_back({places_[from], places_[to], *line_between(from, to)});
      to = from;
    }
    std::reverse(pieces.begin(), pieces.end());
    return pieces;
  }

  const RobustLine* line_between(std::size_t from, std::size_t to) {
    const auto [known, added] = lines_.try_emplace({from, to});
    if (added && allowed(places_[from], places_[to])) {
      known->second = fit_robust_line(rows_.subspan(places_[from], places_[to] - places_[from]));
    }
    return known->second ? &*known->second : nullptr;
  }

  [[nodiscard]] bool allowed(std::size_t first, std::size_t last) const {
    if (last - first < options_.least_rows) return false;
    return std::none_of(options_.breaks.begin(), options_.breaks.end(), [&](Bytes size) {
      return rows_[first].size < size && size <= rows_[last - 1].size;
    });
  }

  std::span<const Measurement> rows_;
  const SegmentationOptions& options_;
  std::vector<std::size_t> places_;
  std::map<std::pair<std::size_t, std::size_t>, std::optional<RobustLine>> lines_;
};

}  // namespace

std::vector<Division> segmentations(std::span<const Measurement> rows,
                                    const SegmentationOptions& options) {
  ensure(!rows.empty(), "a table has rows");
  return Divider(rows, options).all();
}

double time_s(const Division& pieces, std::span<const Measurement> rows, Bytes size) {
  const auto piece = std::find_if(pieces.begin(), pieces.end() - 1,
                                  [&](const Stretch& p) { return size <= rows[p.last - 1].size; });
  const Bytes start = rows[piece->first].size;
  if (piece == pieces.begin() || size >= start) return piece->fit.line.time_s(size);
  const Stretch& left = *std::prev(piece);
  const Bytes end = rows[left.last - 1].size;
  const auto logarithm = [](Bytes bytes) { return std::log(static_cast<double>(bytes.count())); };
  const double share = (logarithm(size) - logarithm(end)) / (logarithm(start) - logarithm(end));
  return std::exp((1 - share) * std::log(left.fit.line.time_s(end)) +
                  share * std::log(piece->fit.line.time_s(start)));
}

}  // namespace commsim
