#include "sim/workload/step/balanced_shares.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/index.hpp"
#include "sim/workload/step/even_parts.hpp"
#include "sim/workload/step/job_step.hpp"

namespace commsim::balanced_shares_of {
namespace {

// Of a replica in picoseconds: `first` and `each` for each round of micro-batches.
struct Pace {
  std::int64_t first = 0;
  std::int64_t each = 1;
};

std::int64_t rounds_by(const Pace& pace, Int128 until) {
  const Int128 rounds = (until - pace.first) / pace.each;
  return std::max<std::int64_t>(1,
                                static_cast<std::int64_t>(std::min<Int128>(rounds, INT64_MAX / 2)));
}

std::vector<std::int64_t> rounds_of(const std::vector<Pace>& paces, std::int64_t rounds) {
  const auto enough = [&](Int128 until) {
    Int128 sum = 0;
    for (const Pace& pace : paces) sum += rounds_by(pace, until);
    return sum >= rounds;
  };
  Int128 low = 0;
  Int128 high = 0;
  for (const Pace& pace : paces) {
    high = std::max(high, pace.first + Int128{pace.each} * rounds);
  }
  while (low < high) {
    const Int128 middle = (low + high) / 2;
    if (enough(middle)) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  std::vector<std::int64_t> own;
  std::int64_t left = rounds;
  for (const Pace& pace : paces) {
    own.push_back(rounds_by(pace, high - 1));
    left -= own.back();
  }
  for (std::size_t r = 0; r < paces.size() && left > 0; ++r) {
    if (rounds_by(paces[r], high) == own[r]) continue;
    ++own[r];
    --left;
  }
  ensure(left == 0, "all micro-batches are given to a replica");
  return own;
}

std::int64_t round_of(const Parallelism& p) { return p.virtual_stages > 1 ? p.pipeline : 1; }

}  // namespace
}  // namespace commsim::balanced_shares_of

namespace commsim {

using namespace balanced_shares_of;

std::vector<std::int64_t> even_shares(const Parallelism& p) {
  const std::int64_t round = round_of(p);
  const std::int64_t all = p.global_batch / p.micro_batch;
  if (p.global_batch % p.micro_batch != 0 || all % round != 0 || all / round < p.data) {
    throw RequestError(fmt::format(
        "a global batch of {} cannot be given to {} replicas; legal: a multiple of micro_batch{} "
        "= {}, {} at least",
        p.global_batch, p.data, round > 1 ? " * pipeline" : "", p.micro_batch * round,
        p.micro_batch * round * p.data));
  }
  std::vector<std::int64_t> shares = even_parts(all / round, p.data);
  for (std::int64_t& share : shares) share *= round;
  return shares;
}

std::vector<std::int64_t> balanced_shares(const TrainingJob& job) {
  const Parallelism& p = job.parallelism;
  const std::int64_t round = round_of(p);
  const JobParts parts(job);
  std::vector<Pace> paces;
  for (const std::size_t number : parts.replicas().of_replica) {
    const auto times = pass_times(parts.stages(number));
    std::int64_t sum = 0;
    std::int64_t most = 1;
    for (const Duration time : times) {
      sum += time.count();
      most = std::max(most, time.count());
    }
    paces.push_back(
        {.first = std::max<std::int64_t>(0, sum / p.virtual_stages - most), .each = most * round});
  }
  std::vector<std::int64_t> shares = rounds_of(paces, p.global_batch / p.micro_batch / round);
  for (std::int64_t& share : shares) share *= round;
  return shares;
}

}  // namespace commsim
