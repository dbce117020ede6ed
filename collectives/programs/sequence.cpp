#include "collectives/programs/sequence.hpp"

#include "core/error.hpp"

namespace commsim {
namespace {

class Sequence final : public Program {
 public:
  Sequence(std::unique_ptr<Program> first, std::unique_ptr<Program> second)
      : first_(std::move(first)), second_(std::move(second)) {
    ensure(first_->participants() == second_->participants(),
           "programs in sequence have the same participants");
    ensure(first_->lanes() == 1 && second_->lanes() == 1, "programs in sequence have one lane");
  }

  [[nodiscard]] int participants() const override { return first_->participants(); }
  [[nodiscard]] int steps(Rank r, int lane) const override {
    return first_->steps(r, lane) + second_->steps(r, lane);
  }
  void step(Rank r, int lane, int step, Step& out) const override {
    const int before = first_->steps(r, lane);
    if (step < before) return first_->step(r, lane, step, out);
    second_->step(r, lane, step - before, out);
  }
  bool send_receive(Rank r, int lane, int step, SendReceive& out) const override {
    const int before = first_->steps(r, lane);
    return step < before ? first_->send_receive(r, lane, step, out)
                         : second_->send_receive(r, lane, step - before, out);
  }
  [[nodiscard]] bool looks_like(const Program& other, std::span<const Rank> image) const override {
    const auto* that = dynamic_cast<const Sequence*>(&other);
    return that != nullptr && first_->looks_like(*that->first_, image) &&
           second_->looks_like(*that->second_, image);
  }

 private:
  std::unique_ptr<Program> first_;
  std::unique_ptr<Program> second_;
};

}  // namespace

std::unique_ptr<Program> in_sequence(std::unique_ptr<Program> first,
                                     std::unique_ptr<Program> second) {
  return std::make_unique<Sequence>(std::move(first), std::move(second));
}

}  // namespace commsim
