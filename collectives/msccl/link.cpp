#include "collectives/msccl/link.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <map>
#include <tuple>

#include "core/index.hpp"

namespace commsim::msccl {
namespace {

using Connection = std::tuple<Rank, Rank, int>;  // from, to, channel
using Ends = std::map<Connection, int>;          // the thread block there

class Linker {
 public:
  Linker(Schedule& schedule, const ChunkMap& chunks) : schedule_(schedule), chunks_(chunks) {}

  void link() {
    for_each_block([this](Rank gpu, int id, ThreadBlock& block) {
      if (block.send >= 0) add(senders_, {gpu, block.send, block.channel}, id, block);
      if (block.receive >= 0) add(receivers_, {block.receive, gpu, block.channel}, id, block);
    });
    for_each_block([this](Rank gpu, int id, ThreadBlock& block) {
      if (block.send >= 0) block.send_lane = end(receivers_, {gpu, block.send, block.channel});
      if (block.receive >= 0) {
        block.receive_lane = end(senders_, {block.receive, gpu, block.channel});
      }
      for (std::size_t s = 0; s < block.steps.size(); ++s) {
        name_ = step_name(gpu, id, s);
        check(gpu, block, block.steps[s]);
      }
    });
  }

 private:
  template <typename Visit>
  void for_each_block(Visit visit) {
    for (Rank gpu = 0; gpu < schedule_.ranks(); ++gpu) {
      auto& blocks = schedule_.gpus[index(gpu)].blocks;
      for (std::size_t id = 0; id < blocks.size(); ++id)
        visit(gpu, static_cast<int>(id), blocks[id]);
    }
  }

  void add(Ends& ends, const Connection& connection, int id, const ThreadBlock& block) const {
    const auto [first, fresh] = ends.emplace(connection, id);
    if (fresh) return;
    const auto [from, to, channel] = connection;
    schedule_.file.fail(block.place,
                        fmt::format("tb {} has the connection from gpu {} to gpu {} on channel {} "
                                    "that tb {} has; legal is another channel",
                                    id, from, to, channel, first->second));
  }

  static int end(const Ends& ends, const Connection& connection) {
    const auto found = ends.find(connection);
    return found == ends.end() ? -1 : found->second;
  }

  void check(Rank gpu, const ThreadBlock& block, const ScheduleStep& step) {
    if (step.type->sends) check_connection(step, block.send, block.send_lane, "sends", "to");
    if (step.type->receives) {
      check_connection(step, block.receive, block.receive_lane, "receives", "from");
    }
    if (step.type->reads) check_range(gpu, step, step.from);
    if (step.type->writes) check_range(gpu, step, step.to);
    if (step.type->reads && step.type->writes) check_overlap(gpu, step);
    if (step.wait_block >= 0) check_wait(gpu, step);
  }

  void check_connection(const ScheduleStep& step, Rank peer, int lane, const char* verb,
                        const char* preposition) {
    if (peer < 0) fail(step, fmt::format("{}, but its tb has no peer to do so", verb));
    if (lane < 0) {
      fail(step, fmt::format("{} {} gpu {}, which has no tb for that connection", verb, preposition,
                             peer));
    }
  }

  void check_range(Rank gpu, const ScheduleStep& step, const ChunkPlace& place) {
    const std::int64_t capacity = chunks_.capacity(gpu, place.buffer);
    if (place.chunk + step.count <= capacity) return;
    fail(step, fmt::format("chunks {} to {} of buffer {} are outside; it has {}", place.chunk,
                           place.chunk + step.count - 1,
                           kBufferNames[index(static_cast<std::int64_t>(place.buffer))], capacity));
  }

  // The same place is the usual case of rrc and, in place, of a copy that has nothing to do.
  void check_overlap(Rank gpu, const ScheduleStep& step) {
    const auto apart = std::abs(chunks_.cell(gpu, step.from) - chunks_.cell(gpu, step.to));
    const bool onto_itself = apart == 0 && step.type->reduces && !step.type->receives;
    if (step.count > 0 && onto_itself) fail(step, "adds chunks to themselves");
    if (apart == 0 || apart >= step.count) return;
    fail(step, "its source and its destination overlap");
  }

  void check_wait(Rank gpu, const ScheduleStep& step) {
    const auto& blocks = schedule_.gpus[index(gpu)].blocks;
    if (index(step.wait_block) >= blocks.size()) {
      fail(step, fmt::format("depends on tb {}, which does not exist; gpu {} has {}",
                             step.wait_block, gpu, blocks.size()));
    }
    const auto& steps = blocks[index(step.wait_block)].steps;
    if (index(step.wait_step) >= steps.size()) {
      fail(step, fmt::format("depends on step {} of tb {}, which has {} steps", step.wait_step,
                             step.wait_block, steps.size()));
    }
    if (!steps[index(step.wait_step)].waited_for) {
      fail(step, fmt::format("depends on step {} of tb {}, which has hasdep=\"0\"", step.wait_step,
                             step.wait_block));
    }
  }

  [[noreturn]] void fail(const ScheduleStep& step, const std::string& what) {
    schedule_.file.fail(step.place, name_ + ": " + what);
  }

  Schedule& schedule_;
  const ChunkMap& chunks_;
  Ends senders_;
  Ends receivers_;
  std::string name_;  // of the step that is checked
};

}  // namespace

void link(Schedule& schedule, const ChunkMap& chunks) { Linker(schedule, chunks).link(); }

}  // namespace commsim::msccl
