#include "calibrate/probe/suites/nccl_collective.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "calibrate/probe/host/collective_shape.hpp"
#include "calibrate/probe/host/data_type.hpp"
#include "calibrate/probe/host/expectation.hpp"
#include "calibrate/probe/host/nccl_choices.hpp"
#include "calibrate/probe/kernels/pattern.hpp"
#include "calibrate/probe/suites/nccl_call.hpp"

namespace commsim::probe {
namespace {

// In place, the rank's data lie within the larger buffer, which is the one received into, except
// where more is sent than received.
struct RankMemory {
  RankMemory(const Shape& shape, std::uint64_t element)
      : send(shape.send * element),
        receive(shape.receive * element),
        wrong(sizeof(unsigned long long)) {}
  DeviceBuffer send;
  DeviceBuffer receive;
  DeviceBuffer wrong;
};

class NcclCollective final : public Operation {
 public:
  NcclCollective(const Case& which, NcclSession& session, std::uint64_t seed, std::string what)
      : which_(which),
        session_(session),
        seed_(seed),
        what_(std::move(what)),
        element_(element_bytes(which.dtype)),
        type_(nccl_type(which.dtype)),
        modulus_(pattern_modulus(which.dtype, sums() ? session.ranks() : 1)),
        shape_(shape_of(which.operation, session.ranks(), which.size / element_)) {
    for (const LocalRank& rank : session.local()) {
      check(cudaSetDevice(rank.gpu), "no such GPU");
      memory_.push_back(std::make_unique<RankMemory>(shape_, element_));
    }
  }

  double run(Place place, int count) override {
    using Clock = std::chrono::steady_clock;
    session_.wait();
    const auto start = Clock::now();
    for (int i = 0; i < count; ++i) {
      enqueue(place);
      check(ncclGroupEnd(), "NCCL refuses");
    }
    session_.wait();
    return std::chrono::duration<double, std::micro>(Clock::now() - start).count() / count;
  }

  bool works_in_place() const override { return shape_.in_place; }

  std::optional<std::uint64_t> wrong(Place place) override {
    if (modulus_ < 2) return std::nullopt;  // no sum of so many would be exact
    each([&](const LocalRank& rank, std::size_t i) { prepare(place, rank, *memory_[i]); });
    enqueue(place);
    check(ncclGroupEnd(), "NCCL refuses");
    std::uint64_t total = 0;
    each([&](const LocalRank& rank, std::size_t i) { total += count(place, rank, *memory_[i]); });
    return total;
  }

  Facts facts() override {
    const std::string& name = which_.operation;
    Facts facts;
    facts.count = shape_.count;
    facts.redop = sums() ? "sum" : "none";
    const bool rooted =
        name == "broadcast" || name == "reduce" || name == "gather" || name == "scatter";
    facts.root = rooted ? 0 : -1;
    facts.ranks = session_.ranks();
    facts.nodes = session_.nodes();
    facts.bus_factor = bus_factor(name, session_.ranks());
    facts.estimate = estimate();
    facts.what = what_;
    return facts;
  }

 private:
  [[nodiscard]] bool sums() const {
    const std::string& name = which_.operation;
    return name == "all_reduce" || name == "reduce" || name == "reduce_scatter";
  }

  template <typename Act>
  void each(Act act) {
    for (std::size_t i = 0; i < memory_.size(); ++i) {
      const LocalRank& rank = session_.local()[i];
      check(cudaSetDevice(rank.gpu), "no such GPU");
      act(rank, i);
    }
  }

  [[nodiscard]] char* send_data(Place place, const LocalRank& rank,
                                const RankMemory& memory) const {
    if (place == Place::kOutOfPlace) return static_cast<char*>(memory.send.data());
    return larger(memory) + in_place_offsets(which_.operation, rank.rank, shape_).send * element_;
  }
  [[nodiscard]] char* receive_data(Place place, const LocalRank& rank,
                                   const RankMemory& memory) const {
    if (place == Place::kOutOfPlace) return static_cast<char*>(memory.receive.data());
    return larger(memory) +
           in_place_offsets(which_.operation, rank.rank, shape_).receive * element_;
  }
  [[nodiscard]] char* larger(const RankMemory& memory) const {
    return static_cast<char*>(shape_.send > shape_.receive ? memory.send.data()
                                                           : memory.receive.data());
  }

  // A group stays open: it is the caller who ends it, or has it estimated.
  void enqueue(Place place) {
    check(ncclGroupStart(), "no group");
    for (std::size_t i = 0; i < memory_.size(); ++i) {
      const LocalRank& rank = session_.local()[i];
      enqueue_collective(which_.operation,
                         {send_data(place, rank, *memory_[i]),
                          receive_data(place, rank, *memory_[i]), type_, element_},
                         shape_.count, rank.rank, session_.ranks(), rank.communicator,
                         rank.stream->get());
    }
  }

  void prepare(Place place, const LocalRank& rank, const RankMemory& memory) {
    constexpr int kNotANumber = 0xFF;
    const cudaStream_t stream = rank.stream->get();
    check(cudaMemsetAsync(memory.receive.data(), kNotANumber, shape_.receive * element_, stream),
          "cannot clear memory");
    check(cudaMemsetAsync(memory.wrong.data(), 0, sizeof(unsigned long long), stream),
          "cannot clear memory");
    launch_fill(stream, which_.dtype, send_data(place, rank, memory), shape_.send,
                {seed_, rank.rank, modulus_});
    check(cudaGetLastError(), "cannot fill memory");
  }

  std::uint64_t count(Place place, const LocalRank& rank, const RankMemory& memory) {
    Expectation expectation = expectation_of(which_.operation, rank.rank, session_.ranks(), shape_);
    expectation.modulus = modulus_;
    if (!expectation.received) {
      rank.stream->wait();
      return 0;
    }
    launch_check(rank.stream->get(), which_.dtype, receive_data(place, rank, memory),
                 shape_.receive, seed_, expectation,
                 static_cast<unsigned long long*>(memory.wrong.data()));
    check(cudaGetLastError(), "cannot check the result");
    unsigned long long wrong = 0;
    check(cudaMemcpyAsync(&wrong, memory.wrong.data(), sizeof wrong, cudaMemcpyDeviceToHost,
                          rank.stream->get()),
          "cannot read the result");
    rank.stream->wait();
    return wrong;
  }

  // What NCCL's own model says, of those collectives that it has one of.
  std::optional<double> estimate() {
#if NCCL_VERSION_CODE >= 22200
    const NcclSetting any;
    if (nccl_choices(which_.operation, any).empty()) return std::nullopt;
    enqueue(Place::kOutOfPlace);
    ncclSimInfo_t simulated = NCCL_SIM_INFO_INITIALIZER;
    const ncclResult_t status = ncclGroupSimulateEnd(&simulated);
    if (status == ncclSuccess && simulated.estimatedTime > 0) {
      return static_cast<double>(simulated.estimatedTime);
    }
#endif
    return std::nullopt;
  }

  Case which_;
  NcclSession& session_;
  std::uint64_t seed_;
  std::string what_;
  std::uint64_t element_;
  ncclDataType_t type_;
  std::uint64_t modulus_;
  Shape shape_;
  std::vector<std::unique_ptr<RankMemory>> memory_;
};

}  // namespace

std::unique_ptr<Operation> make_collective(const Case& which, NcclSession& session,
                                           std::uint64_t seed, std::string what) {
  return std::make_unique<NcclCollective>(which, session, seed, std::move(what));
}

}  // namespace commsim::probe
