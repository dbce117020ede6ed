#include "collectives/compose.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "collectives/programs/renamed_runs.hpp"
#include "core/error.hpp"

namespace commsim {
namespace {

std::size_t index(int i) { return static_cast<std::size_t>(i); }

class Parallel final : public Program {
 public:
  explicit Parallel(std::vector<ParallelPart> parts) : parts_(std::move(parts)) {
    for (const ParallelPart& part : parts_) {
      ensure(part.program->participants() == parts_[0].program->participants(),
             "parallel programs have the same participants");
      const int first = static_cast<int>(lanes_.size());
      for (int l = 0; l < part.program->lanes(); ++l) lanes_.push_back({&part, first});
    }
  }

  [[nodiscard]] int participants() const override { return parts_[0].program->participants(); }
  [[nodiscard]] int lanes() const override { return static_cast<int>(lanes_.size()); }
  [[nodiscard]] int steps(Rank participant, int lane) const override {
    const Lane& at = lanes_[index(lane)];
    return at.part->program->steps(participant, lane - at.first);
  }
  void step(Rank participant, int lane, int step, Step& out) const override {
    const Lane& at = lanes_[index(lane)];
    const Step::Mark mark = out.mark();
    at.part->program->step(participant, lane - at.first, step, out);
    out.move_ranges(mark, at.part->offset, scratch_before(participant, at.part));
    out.shift_lanes(mark, at.first);
  }
  bool send_receive(Rank participant, int lane, int step, SendReceive& out) const override {
    const Lane& at = lanes_[index(lane)];
    return at.part->program->send_receive(participant, lane - at.first, step, out);
  }
  bool visit_runs(RingRunVisitor& out) const override {
    int first = 0;
    return std::ranges::all_of(parts_, [&](const ParallelPart& part) {
      RenamedRuns renamed(out, first, {});
      first += part.program->lanes();
      return part.program->visit_runs(renamed);
    });
  }
  [[nodiscard]] Bytes scratch(Rank participant) const override {
    return scratch_before(participant, nullptr);
  }
  [[nodiscard]] bool looks_like(const Program& other, std::span<const Rank> image) const override {
    const auto* that = dynamic_cast<const Parallel*>(&other);
    return that != nullptr &&
           std::ranges::equal(parts_, that->parts_, [&](const auto& a, const auto& b) {
             return a.program->lanes() == b.program->lanes() &&
                    a.program->looks_like(*b.program, image);
           });
  }

 private:
  struct Lane {
    const ParallelPart* part;
    int first;  // lane of the whole that is lane 0 of the part
  };
  // Each part has scratch of its own.
  [[nodiscard]] Bytes scratch_before(Rank participant, const ParallelPart* end) const {
    Bytes sum{0};
    for (const ParallelPart& part : parts_) {
      if (&part == end) break;
      sum += part.program->scratch(participant);
    }
    return sum;
  }
  std::vector<ParallelPart> parts_;
  std::vector<Lane> lanes_;
};

class Grouped final : public Program {
 public:
  Grouped(int participants, std::vector<ProgramGroup> groups)
      : groups_(std::move(groups)), places_(index(participants)) {
    for (const ProgramGroup& group : groups_) {
      ensure(group.program->participants() == static_cast<int>(group.members.size()),
             "a group has a member for each participant of its program");
      lanes_ = std::max(lanes_, group.program->lanes());
      for (std::size_t i = 0; i < group.members.size(); ++i) {
        Place& place = places_[index(group.members[i])];
        ensure(place.group == nullptr, "groups are disjoint");
        place = {&group, static_cast<Rank>(i)};
      }
    }
  }

  [[nodiscard]] int participants() const override { return static_cast<int>(places_.size()); }
  [[nodiscard]] int lanes() const override { return lanes_; }
  [[nodiscard]] int steps(Rank participant, int lane) const override {
    const Place& at = places_[index(participant)];
    if (at.group == nullptr || lane >= at.group->program->lanes()) return 0;
    return at.group->program->steps(at.local, lane);
  }
  void step(Rank participant, int lane, int step, Step& out) const override {
    const Place& at = places_[index(participant)];
    const Step::Mark mark = out.mark();
    at.group->program->step(at.local, lane, step, out);
    out.rename_peers(mark, at.group->members);
    out.move_ranges(mark, at.group->offset, Bytes{0});
  }
  bool send_receive(Rank participant, int lane, int step, SendReceive& out) const override {
    const Place& at = places_[index(participant)];
    if (!at.group->program->send_receive(at.local, lane, step, out)) return false;
    out.to = at.group->members[index(out.to)];
    out.from = at.group->members[index(out.from)];
    return true;
  }
  bool visit_runs(RingRunVisitor& out) const override {
    return std::ranges::all_of(groups_, [&](const ProgramGroup& group) {
      RenamedRuns renamed(out, 0, group.members);
      return group.program->visit_runs(renamed);
    });
  }
  [[nodiscard]] Bytes scratch(Rank participant) const override {
    const Place& at = places_[index(participant)];
    return at.group == nullptr ? Bytes{0} : at.group->program->scratch(at.local);
  }
  [[nodiscard]] bool looks_like(const Program& other, std::span<const Rank> image) const override {
    const auto* that = dynamic_cast<const Grouped*>(&other);
    if (that == nullptr || that->places_.size() != places_.size() ||
        that->groups_.size() != groups_.size()) {
      return false;
    }
    std::vector<Rank> local;
    return std::ranges::all_of(
        groups_, [&](const ProgramGroup& group) { return looks_like(group, *that, image, local); });
  }

 private:
  struct Place {
    const ProgramGroup* group = nullptr;
    Rank local = 0;
  };
  // Whether the images of the members of a group are a group, and do there what these do here.
  static bool looks_like(const ProgramGroup& group, const Grouped& that,
                         std::span<const Rank> image, std::vector<Rank>& local) {
    local.clear();
    const ProgramGroup* to = nullptr;
    for (const Rank member : group.members) {
      const Place& place = that.places_[index(image[index(member)])];
      if (place.group == nullptr || (to != nullptr && place.group != to)) return false;
      to = place.group;
      local.push_back(place.local);
    }
    return to != nullptr && to->members.size() == group.members.size() &&
           group.program->looks_like(*to->program, local);
  }
  std::vector<ProgramGroup> groups_;
  std::vector<Place> places_;
  int lanes_ = 1;
};

class Pipelined final : public Program {
 public:
  Pipelined(const Pieces& pieces, std::vector<PipelineStage> stages)
      : stages_(std::move(stages)), full_pieces_(pieces.count() - 1), piece_(pieces.first()) {
    for (std::size_t s = 0; s < stages_.size(); ++s) {
      first_lane_.push_back(static_cast<int>(stage_of_.size()));
      stage_of_.insert(stage_of_.end(), index(stages_[s].last->lanes()), s);
      ensure(full_pieces_ == 0 || stages_[s].full->lanes() == stages_[s].last->lanes(),
             "a stage has the same lanes for every piece");
    }
    for (Rank r = 0; full_pieces_ > 0 && r < participants(); ++r) {
      for (int l = 0; l < lanes(); ++l) refuse_too_many(r, l);
    }
  }

  [[nodiscard]] int participants() const override { return stages_[0].last->participants(); }
  [[nodiscard]] int lanes() const override { return static_cast<int>(stage_of_.size()); }
  [[nodiscard]] int steps(Rank participant, int lane) const override {
    const std::size_t s = stage_of_[index(lane)];
    return before_piece(s, participant, lane, full_pieces_) +
           stages_[s].last->steps(participant, lane - first_lane_[s]);
  }

  void step(Rank participant, int lane, int step, Step& out) const override {
    const std::size_t s = stage_of_[index(lane)];
    const int per_piece = before_piece(s, participant, lane, std::min(full_pieces_, 1));
    const int piece = per_piece == 0 ? full_pieces_ : std::min(step / per_piece, full_pieces_);
    const int local = step - piece * per_piece;
    const Step::Mark mark = out.mark();
    of_piece(s, piece).step(participant, lane - first_lane_[s], local, out);
    out.move_ranges(mark, piece_ * piece, scratch_before(participant, s));
    out.shift_lanes(mark, first_lane_[s]);
    for (Wait& wait : out.waits_since(mark)) {
      wait.step += before_piece(s, participant, wait.lane, piece);
    }
    if (local > 0) return;
    wait_for_stage_before(s, participant, piece, out);
    // All pieces of a stage use the same scratch.
    const bool reused = piece > 0 && scratch_of(participant, s) > Bytes{0};
    if (reused && stages_[s].last->lanes() > 1) wait_for_lanes(s, participant, piece - 1, out);
  }
  // The first step of each piece waits.
  bool send_receive(Rank participant, int lane, int step, SendReceive& out) const override {
    if (full_pieces_ > 0 || step == 0) return false;
    const std::size_t s = stage_of_[index(lane)];
    return stages_[s].last->send_receive(participant, lane - first_lane_[s], step, out);
  }
  // A stage without steps somewhere ends there with the one before it.
  bool visit_runs(RingRunVisitor& out) const override {
    if (full_pieces_ > 0) return false;
    std::vector<Rank> all(index(participants()));
    std::iota(all.begin(), all.end(), 0);
    for (std::size_t s = 0; s < stages_.size(); ++s) {
      if (s > 0) {
        out.wait({.participants = all,
                  .first = first_lane_[s],
                  .lanes = stages_[s].last->lanes(),
                  .before_first = first_lane_[s - 1],
                  .before_lanes = stages_[s - 1].last->lanes()});
      }
      RenamedRuns renamed(out, first_lane_[s], {});
      if (!stages_[s].last->visit_runs(renamed)) return false;
    }
    return true;
  }
  [[nodiscard]] Bytes scratch(Rank participant) const override {
    return scratch_before(participant, stages_.size());
  }
  [[nodiscard]] bool looks_like(const Program& other, std::span<const Rank> image) const override {
    const auto* that = dynamic_cast<const Pipelined*>(&other);
    return that != nullptr && that->full_pieces_ == full_pieces_ &&
           std::ranges::equal(stages_, that->stages_, [&](const auto& a, const auto& b) {
             return a.last->looks_like(*b.last, image) &&
                    (full_pieces_ == 0 || a.full->looks_like(*b.full, image));
           });
  }

 private:
  [[nodiscard]] const Program& of_piece(std::size_t stage, int piece) const {
    return piece < full_pieces_ ? *stages_[stage].full : *stages_[stage].last;
  }

  // Steps that a lane of the whole has for the pieces before `piece`.
  [[nodiscard]] int before_piece(std::size_t stage, Rank participant, int lane, int piece) const {
    return piece == 0 ? 0
                      : piece * stages_[stage].full->steps(participant, lane - first_lane_[stage]);
  }

  void wait_for_stage_before(std::size_t stage, Rank participant, int piece, Step& out) const {
    bool found = false;
    // A stage without steps here has nothing to wait for; what it would have waited for still
    // counts.
    while (!found && stage-- > 0) found = wait_for_lanes(stage, participant, piece, out);
  }

  // Waits for the end of a stage on a piece; whether there is anything to wait for.
  bool wait_for_lanes(std::size_t stage, Rank participant, int piece, Step& out) const {
    bool found = false;
    const Program& program = of_piece(stage, piece);
    for (int l = 0; l < program.lanes(); ++l) {
      const int steps = program.steps(participant, l);
      if (steps == 0) continue;
      const int lane = first_lane_[stage] + l;
      out.wait_for(
          {.lane = lane, .step = before_piece(stage, participant, lane, piece) + steps - 1});
      found = true;
    }
    return found;
  }

  [[nodiscard]] Bytes scratch_of(Rank participant, std::size_t stage) const {
    const Bytes last = stages_[stage].last->scratch(participant);
    return full_pieces_ == 0 ? last : std::max(last, stages_[stage].full->scratch(participant));
  }
  [[nodiscard]] Bytes scratch_before(Rank participant, std::size_t end) const {
    Bytes sum{0};
    for (std::size_t s = 0; s < end; ++s) sum += scratch_of(participant, s);
    return sum;
  }

  void refuse_too_many(Rank participant, int lane) const {
    const std::size_t s = stage_of_[index(lane)];
    const int local = lane - first_lane_[s];
    const std::int64_t total =
        std::int64_t{full_pieces_} * stages_[s].full->steps(participant, local) +
        stages_[s].last->steps(participant, local);
    if (total > std::numeric_limits<int>::max()) {
      throw RequestError(fmt::format("{} pieces take {} steps, more than {}; use a larger chunk",
                                     full_pieces_ + 1, total, std::numeric_limits<int>::max()));
    }
  }

  std::vector<PipelineStage> stages_;
  std::vector<std::size_t> stage_of_;  // of each lane
  std::vector<int> first_lane_;        // of each stage
  int full_pieces_;                    // all but the last
  Bytes piece_;
};

}  // namespace

std::unique_ptr<Program> in_parallel(std::vector<ParallelPart> parts) {
  return std::make_unique<Parallel>(std::move(parts));
}

std::unique_ptr<Program> on_groups(int participants, std::vector<ProgramGroup> groups) {
  return std::make_unique<Grouped>(participants, std::move(groups));
}

std::unique_ptr<Program> pipelined(const Pieces& pieces, std::vector<PipelineStage> stages) {
  return std::make_unique<Pipelined>(pieces, std::move(stages));
}

}  // namespace commsim
