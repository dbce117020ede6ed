#include "sim/workload/updates/server_run.hpp"

#include <algorithm>

#include "core/error.hpp"
#include "core/index.hpp"
#include "sim/engine/event_queue.hpp"
#include "sim/workload/updates/server_links.hpp"
#include "sim/workload/updates/server_shard.hpp"
#include "sim/workload/updates/times_sum.hpp"

namespace commsim::server_run {
namespace {

enum class Happens : std::uint8_t { kApplied, kArrives, kPasses, kComputed };

// A push on its way to a server, or the pull that answers it; a worker has one for each shard.
struct Exchange {
  ServerMessage message;
  bool pulls = false;
  std::int64_t version = 0;  // of the shard when the parameters of this iteration left
  SimTime applied{};
  Duration held{0};  // how long the answer waited for slower workers
};

struct Worker {
  std::int64_t iteration = 0;
  std::size_t to_apply = 0;  // shards
  std::size_t to_pull = 0;
  std::int64_t staleness = 0;
  Duration computing{0};
  SimTime pushed{};
};

class Run {
 public:
  Run(const ServerSystem& system, const ServerConditions& conditions)
      : system_(system),
        conditions_(conditions),
        links_(system),
        shards_(system.shards.size(), ServerShard(system.workers)),
        free_(system.shards.size()),
        workers_(index(system.workers)),
        exchanges_(workers_.size() * shards_.size()) {}

  UpdateResult run() {
    const std::int64_t wanted = conditions_.iterations * system_.workers;
    for (std::int64_t w = 0; w < system_.workers; ++w) compute(w, SimTime{});
    std::vector<Event> batch;
    while (result_.iterations < wanted) {
      const SimTime now = queue_.pop_instant(batch);
      for (const Event& event : batch) {
        happen(static_cast<Happens>(event.key >> kKindShift), event.data, now);
        if (result_.iterations == wanted) break;
      }
      result_.elapsed = now.time_since_epoch();
    }
    result_.workers = system_.workers;
    result_.servers = std::ssize(system_.shards);
    result_.spent = times_.mean();
    result_.busiest_server = busiest_server();
    return std::move(result_);
  }

 private:
  static constexpr unsigned kKindShift = 32;

  void schedule(SimTime at, Happens what, std::size_t which) {
    const auto id = static_cast<std::uint32_t>(which);
    queue_.push(
        {.at = at, .key = (static_cast<std::uint64_t>(what) << kKindShift) | id, .data = id});
  }

  // `which` is a worker, or an exchange.
  void happen(Happens what, std::uint32_t which, SimTime now) {
    if (what == Happens::kComputed) return push(static_cast<std::int64_t>(which), now);
    const auto worker = static_cast<std::int64_t>(which / shards_.size());
    const std::size_t shard = which % shards_.size();
    if (what == Happens::kPasses) return pass(worker, shard, now);
    if (what == Happens::kApplied) return applied(worker, shard, now);
    arrived(worker, shard, now);
  }

  Exchange& exchange(std::int64_t worker, std::size_t shard) {
    return exchanges_[system_.place(worker, shard)];
  }

  void compute(std::int64_t worker, SimTime now) {
    Worker& own = workers_[index(worker)];
    own.computing = conditions_.compute(worker, own.iteration);
    schedule(later(now, own.computing), Happens::kComputed, index(worker));
  }

  // Each worker begins at another server, so that they do not all go to the first.
  void push(std::int64_t worker, SimTime now) {
    Worker& own = workers_[index(worker)];
    own.pushed = now;
    own.to_apply = own.to_pull = shards_.size();
    own.staleness = 0;
    for (std::size_t i = 0; i < shards_.size(); ++i) {
      const std::size_t shard = (i + index(worker)) % shards_.size();
      send(worker, shard, false, now);
    }
  }

  void send(std::int64_t worker, std::size_t shard, bool pulls, SimTime now) {
    const std::size_t place = system_.place(worker, shard);
    Exchange& one = exchanges_[place];
    one.pulls = pulls;
    one.message = {.route = &(pulls ? system_.pulls : system_.pushes)[place],
                   .size = pulls ? system_.shards[shard].pull : system_.shards[shard].push,
                   .tail = now};
    if (one.message.route->count == 0) return arrived(worker, shard, now);
    pass(worker, shard, now);
  }

  void pass(std::int64_t worker, std::size_t shard, SimTime now) {
    ServerMessage& message = exchange(worker, shard).message;
    const auto next = links_.pass(message, now);
    schedule(next.value_or(message.tail), next ? Happens::kPasses : Happens::kArrives,
             system_.place(worker, shard));
  }

  void arrived(std::int64_t worker, std::size_t shard, SimTime now) {
    if (exchange(worker, shard).pulls) return pulled(worker, shard, now);
    const SimTime start = system_.queues ? std::max(now, free_[shard]) : now;
    free_[shard] = later(start, system_.shards[shard].apply);
    if (free_[shard] == now) return applied(worker, shard, now);
    schedule(free_[shard], Happens::kApplied, system_.place(worker, shard));
  }

  [[nodiscard]] std::int64_t version(std::size_t shard) const {
    return shards_[shard].applied() / (conditions_.one_update ? system_.workers : 1);
  }

  void applied(std::int64_t worker, std::size_t shard, SimTime now) {
    Worker& own = workers_[index(worker)];
    Exchange& one = exchange(worker, shard);
    ServerShard& state = shards_[shard];
    own.staleness = std::max(own.staleness, version(shard) - one.version);
    if (--own.to_apply == 0) result_.staleness.add(own.staleness);
    one.applied = now;
    const bool forward = state.apply(worker);
    state.waiting().push_back(worker);
    if (!forward && state.ahead(worker) > conditions_.most_ahead) return;
    // What is sent may come back in this instant, and push again.
    std::vector<std::int64_t> ready;
    std::erase_if(state.waiting(), [&](std::int64_t waiting) {
      if (state.ahead(waiting) > conditions_.most_ahead) return false;
      ready.push_back(waiting);
      return true;
    });
    for (const std::int64_t to : ready) answer(to, shard, now);
  }

  void answer(std::int64_t worker, std::size_t shard, SimTime now) {
    Exchange& one = exchange(worker, shard);
    one.version = version(shard);
    one.held = now - one.applied;
    result_.ahead = std::max(result_.ahead, shards_[shard].ahead(worker));
    send(worker, shard, true, now);
  }

  // The shard that comes last decides what an iteration waited for.
  void pulled(std::int64_t worker, std::size_t shard, SimTime now) {
    Worker& own = workers_[index(worker)];
    if (--own.to_pull > 0) return;
    const Duration held = exchange(worker, shard).held;
    times_.add({.computing = own.computing, .sending = now - own.pushed - held, .waiting = held});
    ++own.iteration;
    ++result_.iterations;
    compute(worker, now);
  }

  // Links at the servers' ends. What still queues there at the end makes no more than a whole.
  [[nodiscard]] double busiest_server() const {
    Duration most{0};
    const auto offer = [&](std::uint32_t link) { most = std::max(most, links_.busy(link)); };
    for (std::size_t i = 0; i < exchanges_.size(); ++i) {
      const auto to = system_.links_of(system_.pushes[i]);
      const auto back = system_.links_of(system_.pulls[i]);
      if (!to.empty()) offer(to.back());
      if (!back.empty()) offer(back.front());
    }
    if (result_.elapsed == Duration{0}) return 0;
    const double share = seconds(most) / seconds(result_.elapsed);
    return system_.queues ? std::min(1.0, share) : share;
  }

  const ServerSystem& system_;
  const ServerConditions& conditions_;
  ServerLinks links_;
  EventQueue queue_;
  std::vector<ServerShard> shards_;
  std::vector<SimTime> free_;  // when a server has added all gradients that it has
  std::vector<Worker> workers_;
  std::vector<Exchange> exchanges_;  // worker by worker
  TimesSum times_;
  UpdateResult result_;
};

}  // namespace
}  // namespace commsim::server_run

namespace commsim {

UpdateResult run_servers(const ServerSystem& system, const ServerConditions& conditions) {
  return server_run::Run(system, conditions).run();
}

}  // namespace commsim
