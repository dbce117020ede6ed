// MSCCL XML to a Schedule.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <pugixml.hpp>

#include "collectives/call_options.hpp"
#include "collectives/msccl/schedule.hpp"

namespace commsim::msccl {
namespace {

constexpr std::array kStepTypes = {
    StepType{.name = "s", .reads = true, .sends = true},
    StepType{.name = "r", .receives = true, .writes = true},
    StepType{.name = "rcs", .receives = true, .writes = true, .sends = true},
    StepType{.name = "rrs", .receives = true, .reads = true, .sends = true, .reduces = true},
    StepType{.name = "rrc", .receives = true, .reads = true, .writes = true, .reduces = true},
    StepType{.name = "rrcs",
             .receives = true,
             .reads = true,
             .writes = true,
             .sends = true,
             .reduces = true},
    StepType{.name = "cpy", .reads = true, .writes = true},
    StepType{.name = "re", .reads = true, .writes = true, .reduces = true},
    StepType{.name = "nop"},
};

struct Limits {
  std::int64_t least = 0;
  std::int64_t most = kMostChunks;
};
constexpr Limits kFlag{0, 1};
constexpr Limits kAny{INT64_MIN, INT64_MAX};
constexpr std::int64_t kMostGpus = 1 << 20;
/// Where a child with that id goes.
struct Identity {
  std::string_view element;
  std::int64_t most;
};

class Reader {
 public:
  explicit Reader(TextFile& file) : file_(file), parsed_(file.text) {}

  void read(Schedule& schedule) {
    const auto result = document_.load_buffer_inplace(parsed_.data(), parsed_.size(),
                                                      pugi::parse_default, pugi::encoding_utf8);
    if (!result) {
      file_.fail(static_cast<std::size_t>(std::max<std::ptrdiff_t>(result.offset, 0)),
                 fmt::format("this is no XML: {}", result.description()));
    }
    const pugi::xml_node algo = document_.document_element();
    if (std::string_view(algo.name()) != "algo") {
      fail(algo, fmt::format("an MSCCL schedule is an <algo>, this is <{}>", algo.name()));
    }
    read_header(algo, schedule);
    const auto gpus = number(algo, "ngpus", {1, kMostGpus});
    schedule.gpus_place = place(algo.attribute("ngpus"));
    const auto nodes = children(algo, {"gpu", gpus});
    if (static_cast<std::int64_t>(nodes.size()) != gpus) {
      fail(algo.attribute("ngpus"),
           fmt::format("ngpus is {}, but there are {} <gpu> elements", gpus, nodes.size()));
    }
    for (const pugi::xml_node& node : nodes) {
      schedule.gpus.emplace_back();
      read_gpu(node, schedule, static_cast<Rank>(gpus));
    }
  }

 private:
  void read_header(pugi::xml_node algo, Schedule& schedule) {
    schedule.collective = attribute(algo, "coll").value();
    schedule.collective_place = place(algo.attribute("coll"));
    schedule.chunks_per_loop = number(algo, "nchunksperloop", {1, kMostChunks});
    schedule.chunks_place = place(algo.attribute("nchunksperloop"));
    channels_ = number(algo, "nchannels", {1, kMostChannels});
    schedule.in_place = number(algo, "inplace", kFlag) == 1;
    schedule.in_place_place = place(algo.attribute("inplace"));
    schedule.out_of_place =
        algo.attribute("outofplace") ? number(algo, "outofplace", kFlag) == 1 : !schedule.in_place;
    if (const auto protocol = algo.attribute("proto")) {
      constexpr std::array<std::string_view, 3> kProtocols = {"Simple", "LL", "LL128"};
      if (std::find(kProtocols.begin(), kProtocols.end(), protocol.value()) == kProtocols.end()) {
        fail(protocol, fmt::format("there is no protocol '{}'; legal: {}", protocol.value(),
                                   fmt::join(kProtocols, ", ")));
      }
    }
    for (const char* bound : {"minBytes", "maxBytes"}) {
      if (algo.attribute(bound)) number(algo, bound, {0, INT64_MAX});
    }
  }

  void read_gpu(pugi::xml_node node, Schedule& schedule, Rank gpus) {
    GpuSchedule& gpu = schedule.gpus.back();
    gpu.place = place(node);
    gpu.chunks = {number(node, "i_chunks", {}), number(node, "o_chunks", {}),
                  number(node, "s_chunks", {})};
    const auto self = static_cast<Rank>(schedule.gpus.size() - 1);
    for (const pugi::xml_node& child : children(node, {"tb", kMostChunks})) {
      ThreadBlock& block = gpu.blocks.emplace_back();
      block.place = place(child);
      block.send = peer(child, "send", self, gpus);
      block.receive = peer(child, "recv", self, gpus);
      block.channel = static_cast<int>(number(child, "chan", {0, channels_ - 1}));
      for (const pugi::xml_node& step : child.children()) {
        if (step.type() == pugi::node_element) read_step(step, block, schedule);
      }
    }
  }

  Rank peer(pugi::xml_node block, const char* name, Rank self, Rank gpus) {
    const auto peer = static_cast<Rank>(number(block, name, {-1, gpus - 1}));
    if (peer == self) {
      fail(block.attribute(name),
           fmt::format("{} is gpu {} itself; legal is another, or -1 for none", name, self));
    }
    return peer;
  }

  void read_step(pugi::xml_node node, ThreadBlock& block, Schedule& schedule) {
    expect_name(node, "step");
    const auto place_of_step = static_cast<std::int64_t>(block.steps.size());
    if (number(node, "s", kAny) != place_of_step) {
      fail(node.attribute("s"), fmt::format("this step is number {} of its tb, so s is {}",
                                            place_of_step, place_of_step));
    }
    ScheduleStep step{.type = type(node), .place = place(node), .moves = schedule.moves};
    step.count = static_cast<int>(number(node, "cnt", {}));
    if (step.type->reads) step.from = chunk_place(node, "srcbuf", "srcoff");
    if (step.type->writes) step.to = chunk_place(node, "dstbuf", "dstoff");
    step.wait_block = static_cast<int>(number(node, "depid", {-1, kMostChunks}));
    if (step.wait_block >= 0) {
      step.wait_step = static_cast<int>(number(node, "deps", {0, kMostChunks}));
    }
    step.waited_for = number(node, "hasdep", kFlag) == 1;
    schedule.moves += static_cast<std::size_t>(step.count);
    if (schedule.moves > kMostChunks) {
      fail(node, fmt::format("the steps up to here move {} chunks; at most {} are legal",
                             schedule.moves, kMostChunks));
    }
    block.steps.push_back(step);
  }

  const StepType* type(pugi::xml_node node) {
    const auto name = attribute(node, "type");
    const auto* found = std::find_if(kStepTypes.begin(), kStepTypes.end(),
                                     [&](const auto& type) { return type.name == name.value(); });
    if (found != kStepTypes.end()) return found;
    fail(name, fmt::format("there is no step of type '{}'; legal: s, r, rcs, rrs, rrc, rrcs, cpy, "
                           "re, nop",
                           name.value()));
  }

  ChunkPlace chunk_place(pugi::xml_node node, const char* buffer, const char* offset) {
    const auto name = attribute(node, buffer);
    const std::string_view letter = name.value();
    const auto found = letter.size() == 1 ? kBufferNames.find(letter) : std::string_view::npos;
    if (found == std::string_view::npos) {
      fail(name, fmt::format("there is no buffer '{}'; legal: i, o, s", letter));
    }
    return {.buffer = static_cast<ChunkBuffer>(found), .chunk = number(node, offset, {})};
  }

  // The element children, which must all have that name and the ids 0..n-1, by id.
  std::vector<pugi::xml_node> children(pugi::xml_node parent, Identity identity) {
    std::vector<pugi::xml_node> found;
    for (const pugi::xml_node& child : parent.children()) {
      if (child.type() != pugi::node_element) continue;
      expect_name(child, identity.element);
      found.push_back(child);
    }
    std::vector<pugi::xml_node> ordered(found.size());
    for (const pugi::xml_node& child : found) {
      const auto most = std::min(identity.most, static_cast<std::int64_t>(found.size())) - 1;
      const auto id = static_cast<std::size_t>(number(child, "id", {0, most}));
      if (ordered[id]) {
        fail(child.attribute("id"),
             fmt::format("there are two <{}> with the id {}", identity.element, id));
      }
      ordered[id] = child;
    }
    return ordered;
  }

  void expect_name(pugi::xml_node node, std::string_view name) {
    if (node.name() == name) return;
    fail(node, fmt::format("expected <{}>, found <{}>", name, node.name()));
  }

  pugi::xml_attribute attribute(pugi::xml_node node, const char* name) {
    const auto found = node.attribute(name);
    if (!found) fail(node, fmt::format("<{}> has no attribute '{}'", node.name(), name));
    return found;
  }

  std::int64_t number(pugi::xml_node node, const char* name, Limits limits) {
    const auto found = attribute(node, name);
    const std::string_view text = found.value();
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) {
      fail(found, fmt::format("{} is '{}', which is no whole number", name, text));
    }
    if (value < limits.least || value > limits.most) {
      fail(found,
           fmt::format("{} is {}; legal are {} to {}", name, value, limits.least, limits.most));
    }
    return value;
  }

  // pugixml parses in place, so that names still stand where the file has them.
  [[nodiscard]] std::size_t place(pugi::xml_attribute attribute) const {
    return static_cast<std::size_t>(attribute.name() - parsed_.data());
  }
  [[nodiscard]] static std::size_t place(pugi::xml_node node) {
    return static_cast<std::size_t>(std::max<std::ptrdiff_t>(node.offset_debug(), 0));
  }
  template <typename Part>
  [[noreturn]] void fail(Part part, std::string message) const {
    file_.fail(place(part), std::move(message));
  }

  const TextFile& file_;
  std::string parsed_;
  pugi::xml_document document_;
  std::int64_t channels_ = 1;
};

}  // namespace

std::span<const StepType> step_types() { return kStepTypes; }

Schedule read_schedule(const ScheduleText& text) {
  Schedule schedule;
  schedule.file = {.name = text.name, .text = text.text};
  Reader(schedule.file).read(schedule);
  return schedule;
}

std::string step_name(Rank gpu, int block, std::size_t step) {
  return fmt::format("gpu {}, tb {}, step {}", gpu, block, step);
}

}  // namespace commsim::msccl
