#include "sim/scenario/collective_section.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "sim/scenario/data_type.hpp"

namespace commsim {
namespace {

constexpr Bytes kLargestSize{std::int64_t{1} << 50U};  // 1 PiB
constexpr std::int64_t kMostChannels = 64;             // NCCL's MAXCHANNELS

void read_size(ConfigReader& section, CollectiveCall& call) {
  const auto type = section.word("dtype", data_type_names());
  if (type) call.element = element_size(*type);
  call.size = section.required("size", section.bytes("size"), call.element);
  if (call.size > kLargestSize) {
    section.error("size", fmt::format("{} is too large; the limit is {}", to_text(call.size),
                                      to_text(kLargestSize)));
    call.size = call.element;
  }
  if (call.size.count() % call.element.count() != 0) {
    section.error("size",
                  fmt::format("{} bytes are no whole number of {} elements of {} bytes",
                              call.size.count(), type.value_or("int8"), call.element.count()));
  }
}

// The optional parameters of an algorithm. Each is read only for algorithms that take it, so that a
// key that none of the chosen algorithms takes comes out as unknown.
void read_parameters(ConfigReader& section, const Algorithm& algorithm, CollectiveCall& call) {
  for (const std::string_view name : algorithm.parameters) {
    if (name == "chunk") {
      call.chunk = section.bytes(name);
      if (call.chunk && call.chunk <= Bytes{0}) section.error(name, "a chunk has a byte or more");
    } else if (name == "channels") {
      const auto channels = section.whole(name, {.least = 1, .most = kMostChannels});
      if (channels) call.channels = static_cast<int>(*channels);
    } else if (name == "inner") {
      call.inner = section.text(name);
    } else if (name == "outer") {
      call.outer = section.text(name);
    } else if (name == "pattern") {
      call.pattern = section.text(name);
    } else if (name == "root") {
      call.root =
          static_cast<Rank>(section.whole(name, {.least = 0, .most = INT32_MAX}).value_or(0));
    }
  }
}

void check_root(ConfigReader& section, const CollectiveCall& call, Rank ranks) {
  if (call.root < ranks) return;
  section.error("root", fmt::format("there is no rank {}; legal: 0 to {}", call.root, ranks - 1));
}

}  // namespace

void read_collective(ConfigReader& root, const RankLayout* layout, ScenarioPoint& point) {
  if (root.raw("collective") == nullptr) return root.missing("collective");
  ConfigReader section = root.section("collective");
  CollectiveCall& call = point.run.call;
  read_size(section, call);
  const auto* kind = section.named<Collective>("kind", "collective");
  const auto algorithm = section.text("algorithm");
  if (kind == nullptr) section.missing("kind");
  if (!algorithm) section.missing("algorithm");
  if (kind != nullptr && algorithm) {
    call.kind = kind->kind;
    point.algorithm = *algorithm;
    point.run.algorithm =
        section.checked("algorithm", [&] { return &find_algorithm(kind->kind, *algorithm); })
            .value_or(nullptr);
  }
  if (point.run.algorithm == nullptr) {
    // Which parameters are legal the algorithm would tell; what no algorithm takes is unknown.
    for (const char* name : {"chunk", "channels", "inner", "outer", "pattern", "root"}) {
      section.raw(name);
    }
    return;
  }
  read_parameters(section, *point.run.algorithm, call);
  if (layout == nullptr || section.failed()) return;
  check_root(section, call, layout->ranks());
  if (section.failed()) return;
  CollectiveCall whole_call = call;
  whole_call.layout = *layout;
  section.checked("algorithm", [&] { return point.run.algorithm->make(whole_call); });
}

}  // namespace commsim
