#include "sim/workload/call_parameters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/error.hpp"

namespace commsim {
namespace {

struct Parameter {
  std::string_view name;
  void (*copy)(const CollectiveCall& from, CollectiveCall& to);
  bool (*says_what)(const CollectiveCall& call) = nullptr;  // whether it is given, and is no means
};

using Call = CollectiveCall;

constexpr std::array kParameters{
    Parameter{"chunk", [](const Call& from, Call& to) { to.chunk = from.chunk; }},
    Parameter{"channels", [](const Call& from, Call& to) { to.channels = from.channels; }},
    Parameter{"inner", [](const Call& from, Call& to) { to.inner = from.inner; }},
    Parameter{"outer", [](const Call& from, Call& to) { to.outer = from.outer; }},
    Parameter{"pattern", [](const Call& from, Call& to) { to.pattern = from.pattern; },
              [](const Call& call) { return call.pattern.has_value(); }},
    Parameter{"root", [](const Call& from, Call& to) { to.root = from.root; },
              [](const Call& call) { return call.root != 0; }},
    Parameter{"order", [](const Call& from, Call& to) { to.order = from.order; }},
    Parameter{"sides", [](const Call& from, Call& to) { to.sides = from.sides; }},
    Parameter{"levels", [](const Call& from, Call& to) { to.levels = from.levels; }},
    Parameter{"servers", [](const Call& from, Call& to) { to.servers = from.servers; }},
    Parameter{"matrix", [](const Call& from, Call& to) { to.matrix = from.matrix; },
              [](const Call& call) { return !call.matrix.empty(); }},
    Parameter{"schedule", [](const Call& from, Call& to) { to.schedule = from.schedule; }},
};

CollectiveCall bare(const CollectiveCall& call) {
  return {.kind = call.kind, .size = call.size, .element = call.element, .layout = call.layout};
}

}  // namespace

CollectiveCall call_for(const Algorithm& algorithm, const CollectiveCall& call) {
  CollectiveCall taken = bare(call);
  std::size_t known = 0;
  for (const Parameter& parameter : kParameters) {
    if (std::ranges::count(algorithm.parameters, parameter.name) != 0) {
      parameter.copy(call, taken);
      ++known;
    } else if (parameter.says_what != nullptr && parameter.says_what(call)) {
      throw RequestError(fmt::format("it takes no '{}'", parameter.name));
    }
  }
  ensure(known == algorithm.parameters.size(), "every parameter of an algorithm can be copied");
  return taken;
}

CollectiveCall default_call(const CollectiveCall& call) {
  CollectiveCall plain = bare(call);
  for (const Parameter& parameter : kParameters) {
    if (parameter.says_what != nullptr) parameter.copy(call, plain);
  }
  return plain;
}

}  // namespace commsim
