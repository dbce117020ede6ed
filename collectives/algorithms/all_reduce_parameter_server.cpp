// Sharded synchronous parameter server, m servers and w workers: every worker pushes shard j to
// server j, which sums when all have come and sends the sum back.
//   T = 2 (a + S b / m) with a link for each pair
#include <fmt/format.h>

#include <array>
#include <numeric>

#include "collectives/call_options.hpp"
#include "collectives/legal_algorithms.hpp"
#include "collectives/partition.hpp"
#include "collectives/programs/direct_program.hpp"

namespace commsim::all_reduce_parameter_server {
namespace {

// Lane 0 of a worker pushes and pulls, lane 1 of a server sums and sends back.
class ParameterServerProgram final : public Program {
 public:
  ParameterServerProgram(Rank workers, std::vector<Rank> servers, int participants, Bytes size,
                         Bytes element)
      : workers_(workers),
        participants_(participants),
        servers_(std::move(servers)),
        shard_of_(static_cast<std::size_t>(participants), -1),
        shards_(size, static_cast<std::int64_t>(servers_.size()), element) {
    Rank next = 0;
    for (const Rank server : servers_) shard_of_[static_cast<std::size_t>(server)] = next++;
  }

  [[nodiscard]] int participants() const override { return participants_; }
  [[nodiscard]] int lanes() const override { return 2; }
  [[nodiscard]] int steps(Rank participant, int lane) const override {
    const bool alone = workers_ == 1 && servers_.front() == 0;
    const bool has_part = lane == 0 ? participant < workers_ : shard(participant) >= 0;
    return has_part && !alone ? 2 : 0;
  }

  void step(Rank participant, int lane, int step, Step& out) const override {
    if (lane == 0) {
      for (std::size_t i = 0; i < servers_.size(); ++i) {
        const Rank server = servers_[(i + static_cast<std::size_t>(participant)) % servers_.size()];
        if (server == participant) continue;
        if (step == 0) out.send(server, part(shard(server)), 1);
        if (step == 1) out.receive(server, part(shard(server)), Combine::kCopy, 1);
      }
      return;
    }
    // A helper has no data of its own: the first worker's begin the sum.
    Combine how = participant < workers_ ? Combine::kReduce : Combine::kCopy;
    for (Rank worker = 0; worker < workers_; ++worker) {
      if (worker == participant) continue;
      if (step == 0) out.receive(worker, part(shard(participant)), how, 0);
      if (step == 1) out.send(worker, part(shard(participant)), 0);
      how = Combine::kReduce;
    }
  }

 private:
  [[nodiscard]] Rank shard(Rank participant) const {
    return shard_of_[static_cast<std::size_t>(participant)];
  }
  [[nodiscard]] Range part(Rank shard) const {
    return {.offset = shards_.offset(shard), .length = shards_.length(shard)};
  }

  Rank workers_;
  int participants_;
  std::vector<Rank> servers_;
  std::vector<Rank> shard_of_;  // of participants; -1 for none
  Partition shards_;
};

bool is_separate(const CollectiveCall& call) {
  static const std::array<std::string, 2> kLegal{"colocated", "separate"};
  const std::string servers = call.servers.value_or(kLegal[0]);
  if (servers == kLegal[0]) return false;
  if (servers != kLegal[1]) {
    throw RequestError(fmt::format("unknown servers '{}'{}", servers, suggestion(servers, kLegal)));
  }
  if (!call.layout.hosts.empty()) return true;
  throw RequestError(
      "separate servers need hosts of their own, and this network has none; legal here: colocated, "
      "where rank i serves shard i");
}

std::unique_ptr<Program> make(const CollectiveCall& call) {
  const Rank workers = call.layout.ranks();
  if (is_separate(call)) {
    return std::make_unique<ParameterServerProgram>(
        workers, call.layout.hosts, call.layout.participants(), call.size, call.element);
  }
  std::vector<Rank> all(static_cast<std::size_t>(workers));
  std::iota(all.begin(), all.end(), 0);
  return std::make_unique<ParameterServerProgram>(workers, std::move(all), workers, call.size,
                                                  call.element);
}

// Colocated, push and pull are each a message between every two ranks; the shard whose push is the
// slowest is also pulled the slowest. To hosts, all links must cost the same.
std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  if (!is_separate(call)) {
    const auto once = direct_time(call, inner, outer);
    return once ? std::optional(2 * *once) : std::nullopt;
  }
  const auto cost = uniform_cost(call.layout, inner, outer);
  if (!cost) return std::nullopt;
  const auto servers = static_cast<std::int64_t>(call.layout.hosts.size());
  return 2 * cost->message(Partition(call.size, servers, call.element).longest());
}

const Registration<Algorithm> kRegistration{{
    .name = "all_reduce/parameter_server",
    .summary = "every rank pushes each shard to its server and pulls the sum back",
    .reference = "Li et al., Scaling distributed machine learning with the parameter server, OSDI "
                 "2014",
    .cost =
        "2 a + 2 S/m b with a link for each pair, m servers; 2 a + 2 max(S b_w, w S/m b_s) where "
        "each of w workers and each server has one link",
    .parameters = {"servers"},
    .make = make,
    .closed_form = closed_form,
    .helpers_combine = true,  // with separate servers
}};

}  // namespace
}  // namespace commsim::all_reduce_parameter_server
