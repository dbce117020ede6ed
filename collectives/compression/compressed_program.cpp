#include "collectives/compression/compressed_program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "collectives/call_options.hpp"
#include "collectives/programs/coded_pipeline.hpp"

namespace commsim::compressed_programs {
namespace {

constexpr std::int64_t kSingle = sizeof(float);
constexpr std::string_view kRing = "ring";
constexpr std::string_view kDirect = "direct";

// One exchange of encoded bytes; `hop` is computed after each of its steps.
struct Travel {
  const Algorithm* algorithm = nullptr;
  CollectiveKind kind = CollectiveKind::kAllReduce;
  Bytes length;
  CodingTime hop;
  int hops = 0;
};

// What becomes of one piece: computed[0], travels[0], computed[1], and so on.
struct Plan {
  std::vector<CodingTime> computed;
  std::vector<Travel> travels;
};

class Planner {
 public:
  Planner(const Algorithm& algorithm, const CollectiveCall& call, const Coding& coding)
      : algorithm_(&algorithm), call_(&call), coding_(&coding), ranks_(call.layout.ranks()) {}

  // Of `size` bytes of the call.
  [[nodiscard]] Plan plan(Bytes size) const {
    const bool sums = collective(call_->kind).reduces;
    if (sums && coding_->exchange == Exchange::kAllReduce) return rounds(size);
    if (sums && coding_->exchange == Exchange::kAllGather) return all_gather(size);
    if (sums && coding_->exchange == Exchange::kTwoShot) return two_shot(size);
    if (sums) return per_hop(size);
    const bool gathers = call_->kind == CollectiveKind::kAllGather;
    return {.computed = {encoded(gathers ? share(size) : size), decoded(size)},
            .travels = {{algorithm_, call_->kind, gathers ? shares(size) : wire(size)}}};
  }

 private:
  [[nodiscard]] Plan rounds(Bytes size) const {
    Plan plan;
    if (coding_->agreed > Bytes{0}) {
      plan.computed.emplace_back();
      plan.travels.push_back({everybody(), CollectiveKind::kAllReduce, coding_->agreed});
    }
    const Bytes round{(wire(size).count() + coding_->rounds - 1) / coding_->rounds};
    // Between rounds every rank needs the whole sum.
    const Travel whole{everybody(), CollectiveKind::kAllReduce, round};
    const Travel once{algorithm_, call_->kind, round};
    for (int i = 0; i < coding_->rounds; ++i) {
      plan.computed.push_back({.encode = encoded(size).encode / coding_->rounds});
      plan.travels.push_back(coding_->rounds > 1 ? whole : once);
    }
    plan.computed.push_back(decoded(everywhere() ? size : share(size)));
    return plan;
  }

  [[nodiscard]] Plan all_gather(Bytes size) const {
    return {.computed = {encoded(size), decoded(size * ranks_)},
            .travels = {gathered(wire(size) * ranks_)}};
  }

  [[nodiscard]] Plan two_shot(Bytes size) const {
    Plan plan{.computed = {encoded(size), decoded(size)},
              .travels = {{named(CollectiveKind::kAllToAll, kDirect), CollectiveKind::kAllToAll,
                           shares(size)}}};
    if (!everywhere()) return plan;
    plan.computed.back().encode = encoded(share(size)).encode;
    plan.computed.push_back(decoded(size));
    plan.travels.push_back(gathered(shares(size)));
    return plan;
  }

  [[nodiscard]] Plan per_hop(Bytes size) const {
    const Bytes part = share(size);
    Plan plan{.computed = {encoded(part), {}},
              .travels = {{named(CollectiveKind::kReduceScatter, kRing),
                           CollectiveKind::kReduceScatter,
                           shares(size),
                           {.encode = encoded(part).encode, .decode = decoded(part).decode},
                           static_cast<int>(ranks_ - 1)}}};
    if (!everywhere()) {
      plan.computed
          .front() = {};  // the last hop encodes nothing, and each is as long as the others
      return plan;
    }
    plan.computed.push_back(decoded(size));
    plan.travels.push_back(gathered(shares(size)));
    return plan;
  }

  [[nodiscard]] bool everywhere() const { return call_->kind == CollectiveKind::kAllReduce; }
  [[nodiscard]] const Algorithm* everybody() const {
    return everywhere() ? algorithm_ : named(CollectiveKind::kAllReduce, kRing);
  }
  static const Algorithm* named(CollectiveKind kind, std::string_view name) {
    return &find_algorithm(kind, name);
  }
  [[nodiscard]] Travel gathered(Bytes length) const {
    const std::string_view name = coding_->gather.empty() ? kRing : coding_->gather;
    return {named(CollectiveKind::kAllGather, name), CollectiveKind::kAllGather, length};
  }

  // What one of all ranks has of it, at most.
  [[nodiscard]] Bytes share(Bytes size) const {
    const std::int64_t elements = size.count() / call_->element.count();
    return call_->element * ((elements + ranks_ - 1) / ranks_);
  }
  [[nodiscard]] Bytes wire(Bytes size) const { return wire_size(*coding_, size, call_->element); }
  // Everybody's encoded share.
  [[nodiscard]] Bytes shares(Bytes size) const { return wire(share(size)) * ranks_; }

  [[nodiscard]] CodingTime encoded(Bytes size) const {
    return {.encode = coding_->encode ? single(size) / *coding_->encode : Duration{0}};
  }
  [[nodiscard]] CodingTime decoded(Bytes size) const {
    return {.decode = coding_->decode ? single(size) / *coding_->decode : Duration{0}};
  }
  [[nodiscard]] Bytes single(Bytes size) const {
    return Bytes{size.count() / call_->element.count() * kSingle};
  }

  const Algorithm* algorithm_;
  const CollectiveCall* call_;
  const Coding* coding_;
  std::int64_t ranks_;
};

std::unique_ptr<Program> made(const Travel& travel, const CollectiveCall& call) {
  CollectiveCall coded = call;
  coded.kind = travel.kind;
  coded.size = travel.length;
  coded.element = Bytes{1};
  if (travel.hops > 0) coded.channels = 1;  // a rank computes one thing at a time
  auto program = travel.algorithm->make(coded);
  return travel.hops > 0 ? with_compute(std::move(program), travel.hop.both()) : std::move(program);
}

Pieces pieces_for(const CollectiveCall& call, const Coding& coding) {
  CollectiveCall cut = call;
  cut.chunk = coding.chunk;
  return pieces_of(call.size, cut, std::max(call.size, call.element));
}

void add(CodingTime& sum, const CodingTime& more, std::int64_t times) {
  sum.encode += more.encode * times;
  sum.decode += more.decode * times;
}

}  // namespace
}  // namespace commsim::compressed_programs

namespace commsim {

using namespace compressed_programs;

Bytes wire_size(const Coding& coding, Bytes size, Bytes element) {
  constexpr double kBitsOfAByte = 8;
  const std::int64_t elements = size / element;
  return Bytes{static_cast<std::int64_t>(
      std::ceil(static_cast<double>(elements) * coding.bits / kBitsOfAByte))};
}

void refuse_uncompressible(const CollectiveCall& call) {
  const CollectiveKind kind = call.kind;
  if (kind == CollectiveKind::kAllReduce || kind == CollectiveKind::kReduceScatter ||
      kind == CollectiveKind::kAllGather || kind == CollectiveKind::kAllToAll ||
      kind == CollectiveKind::kSendRecv) {
    // Of other patterns a rank decodes several messages.
    const std::string pattern = call.pattern.value_or("pair");
    if (kind != CollectiveKind::kSendRecv || pattern == "pair" || pattern == "shift") return;
    throw RequestError(
        fmt::format("messages of the pattern {} are not compressed; legal: pair, shift", pattern));
  }
  throw RequestError(
      fmt::format("the data of {} are not compressed; legal: all_reduce, reduce_scatter, "
                  "all_gather, all_to_all, send_recv",
                  collective(kind).name));
}

std::unique_ptr<Program> compressed_program(const Algorithm& algorithm, const CollectiveCall& call,
                                            const Coding& coding) {
  refuse_uncompressible(call);
  if (!call.matrix.empty()) throw RequestError("data that a matrix names are not compressed");
  if (coding.chunk && coding.exchange == Exchange::kPerHop && collective(call.kind).reduces) {
    throw RequestError("a ring that encodes at every hop has no chunks besides");
  }
  const Planner planner(algorithm, call, coding);
  const Pieces pieces = pieces_for(call, coding);
  const Plan last = planner.plan(pieces.last());
  const Plan full = planner.plan(pieces.first());
  std::vector<CodedCompute> computes;
  for (std::size_t i = 0; i < last.computed.size(); ++i) {
    computes.push_back({.full = full.computed[i].both(), .last = last.computed[i].both()});
  }
  std::vector<CodedExchange> exchanges;
  for (std::size_t i = 0; i < last.travels.size(); ++i) {
    exchanges.push_back({.full = pieces.count() > 1 ? made(full.travels[i], call) : nullptr,
                         .last = made(last.travels[i], call),
                         .length = full.travels[i].length});
  }
  return coded_pipeline(pieces.count(), call.layout.ranks(), std::move(computes),
                        std::move(exchanges));
}

CodingTime coding_time(const Algorithm& algorithm, const CollectiveCall& call,
                       const Coding& coding) {
  const Planner planner(algorithm, call, coding);
  const Pieces pieces = pieces_for(call, coding);
  CodingTime sum;
  const auto count = [&](Bytes size, std::int64_t times) {
    const Plan plan = planner.plan(size);
    for (const CodingTime& computed : plan.computed) add(sum, computed, times);
    for (const Travel& travel : plan.travels) add(sum, travel.hop, times * travel.hops);
  };
  count(pieces.first(), pieces.count() - 1);
  count(pieces.last(), 1);
  return sum;
}

}  // namespace commsim
