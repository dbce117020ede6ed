#include "collectives/programs/line_program.hpp"

#include <algorithm>

#include "collectives/programs/renamed_runs.hpp"
#include "core/error.hpp"
#include "core/index.hpp"

namespace commsim {

LineProgram::LineProgram(RankGrid grid, int dimension, int participants,
                         std::vector<std::unique_ptr<Program>> programs, std::vector<Share> shares)
    : grid_(std::move(grid)),
      stride_(grid_.stride(dimension)),
      side_(grid_.side(dimension)),
      participants_(participants),
      programs_(std::move(programs)),
      shares_(std::move(shares)) {
  ensure(shares_.size() == index(stride_), "each kind of line has a share");
  for (const Share& share : shares_) {
    ensure(share.program->participants() == side_, "a line has a cell for each participant");
    lanes_ = std::max(lanes_, share.program->lanes());
  }
}

template <typename Visit>
bool LineProgram::all_lines(Visit visit) const {
  for (Rank block = 0; block < grid_.ranks(); block += stride_ * side_) {
    for (Rank line = block; line < block + stride_; ++line) {
      if (!visit(line)) return false;
    }
  }
  return true;
}

int LineProgram::steps(Rank participant, int lane) const {
  if (participant >= grid_.ranks()) return 0;
  const Place at = place_of(participant);
  const Program& program = *share_of(at.line).program;
  return lane < program.lanes() ? program.steps(at.local, lane) : 0;
}

void LineProgram::step(Rank participant, int lane, int step, Step& out) const {
  const Place at = place_of(participant);
  const Share& share = share_of(at.line);
  const Step::Mark mark = out.mark();
  share.program->step(at.local, lane, step, out);
  out.rename_peers_by(mark, [&](Rank local) { return rank_at(at, local); });
  out.move_ranges(mark, share.offset, Bytes{0});
}

bool LineProgram::send_receive(Rank participant, int lane, int step, SendReceive& out) const {
  const Place at = place_of(participant);
  if (!share_of(at.line).program->send_receive(at.local, lane, step, out)) return false;
  out.to = rank_at(at, out.to);
  out.from = rank_at(at, out.from);
  return true;
}

bool LineProgram::visit_runs(RingRunVisitor& out) const {
  std::vector<Rank> names(index(side_));
  return all_lines([&](Rank line) {
    for (Rank i = 0; i < side_; ++i) names[index(i)] = grid_.rank_at(line + i * stride_);
    RenamedRuns renamed(out, 0, names);
    return share_of(line).program->visit_runs(renamed);
  });
}

Bytes LineProgram::scratch(Rank participant) const {
  if (participant >= grid_.ranks()) return Bytes{0};
  const Place at = place_of(participant);
  return share_of(at.line).program->scratch(at.local);
}

// The image of each line has to be a line that does the same. Mostly all lines are moved alike, so
// that their programs need not be compared for each of them.
bool LineProgram::looks_like(const Program& other, std::span<const Rank> image) const {
  const auto* that = dynamic_cast<const LineProgram*>(&other);
  if (that == nullptr || that->participants_ != participants_ || that->side_ != side_ ||
      that->grid_.ranks() != grid_.ranks()) {
    return false;
  }
  std::vector<Rank> local(index(side_));
  const Program* known = nullptr;  // that looks like known_image if it is moved by `local`
  const Program* known_image = nullptr;
  return all_lines([&](Rank line) {
    const auto image_of = [&](Rank i) {
      return that->place_of(image[index(grid_.rank_at(line + i * stride_))]);
    };
    const Place first = image_of(0);
    const Program* program = share_of(line).program;
    const Program* program_image = that->share_of(first.line).program;
    bool fresh = program != known || program_image != known_image;
    for (Rank i = 0; i < side_; ++i) {
      const Place place = image_of(i);
      if (place.line != first.line) return false;
      fresh = fresh || local[index(i)] != place.local;
      local[index(i)] = place.local;
    }
    known = program;
    known_image = program_image;
    return !fresh || program->looks_like(*program_image, local);
  });
}

}  // namespace commsim
