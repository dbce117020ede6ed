// The calls that the tests make of every registered algorithm.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <vector>

#include "collectives/algorithm.hpp"
#include "collectives/block_matrix.hpp"

namespace commsim::calls {

/// The collective of an algorithm, from its name.
inline CollectiveKind kind_of(const Algorithm& algorithm) {
  const auto name = algorithm.name.substr(0, algorithm.name.find('/'));
  return Registry<Collective>::get(name, "collective").kind;
}

inline bool takes(const Algorithm& algorithm, std::string_view parameter) {
  const auto& all = algorithm.parameters;
  return std::find(all.begin(), all.end(), parameter) != all.end();
}

inline std::string text_of(const CollectiveCall& call) {
  std::string servers;
  for (const auto& server : call.layout.servers) servers += fmt::format("{} ", server.size());
  return fmt::format(
      "{} bytes, element {}, servers of {}rails {}, root {}, chunk {}, channels {}, "
      "inner {}, outer {}, pattern {}, order {}, sides {}, levels {}, servers {}, matrix of {}",
      call.size.count(), call.element.count(), servers, call.layout.rails, call.root,
      call.chunk.value_or(Bytes{0}).count(), call.channels.value_or(0), call.inner.value_or("-"),
      call.outer.value_or("-"), call.pattern.value_or("-"), call.order.value_or("-"),
      fmt::join(call.sides, "x"), fmt::join(call.levels, "x"), call.servers.value_or("-"),
      call.matrix.size());
}

/// `call` with every choice of the parameters that the algorithm has, the default among them.
inline std::vector<CollectiveCall> with_parameters(const Algorithm& algorithm, CollectiveCall call,
                                                   const std::vector<std::int64_t>& chunks) {
  call.kind = kind_of(algorithm);
  std::vector<CollectiveCall> calls{call};
  const auto vary = [&](std::string_view parameter, auto change) {
    if (!takes(algorithm, parameter)) return;
    const std::vector<CollectiveCall> before = calls;
    for (CollectiveCall each : before) change(each);
  };
  vary("chunk", [&](CollectiveCall& each) {
    for (const std::int64_t chunk : chunks) {
      each.chunk = Bytes{chunk} * each.element.count();
      calls.push_back(each);
    }
  });
  vary("channels", [&](CollectiveCall& each) {
    for (const int channels : {1, 2, 3}) {
      each.channels = channels;
      calls.push_back(each);
    }
  });
  vary("inner", [&](CollectiveCall& each) {
    each.inner = "direct";
    calls.push_back(each);
  });
  vary("outer", [&](CollectiveCall& each) {
    for (const char* outer : {"double_binary_tree", "halving_doubling", "binomial_tree"}) {
      each.outer = outer;
      calls.push_back(each);
    }
  });
  vary("pattern", [&](CollectiveCall& each) {
    for (const char* pattern : {"pair", "shift", "many_to_one", "many_to_many"}) {
      each.pattern = pattern;
      calls.push_back(each);
    }
  });
  vary("order", [&](CollectiveCall& each) {
    each.order = "plain";
    calls.push_back(each);
  });
  vary("sides", [&](CollectiveCall& each) {
    for (const int divisor : {2, 3, 4}) {
      if (each.layout.ranks() % divisor != 0) continue;
      each.sides = {divisor, each.layout.ranks() / divisor};
      calls.push_back(each);
    }
    each.sides = {each.layout.ranks()};
    calls.push_back(each);
  });
  vary("levels", [&](CollectiveCall& each) {
    for (const int divisor : {2, 4}) {
      if (each.layout.ranks() % (2 * divisor) != 0) continue;
      each.levels = {2, divisor, each.layout.ranks() / (2 * divisor)};
      calls.push_back(each);
    }
  });
  vary("servers", [&](CollectiveCall& each) {
    for (const char* servers : {"colocated", "separate"}) {
      each.servers = servers;
      calls.push_back(each);
    }
  });
  vary("matrix", [&](CollectiveCall& each) {
    const Rank p = each.layout.ranks();
    for (Rank r = 0; r < p; ++r) {
      auto& row = each.matrix.emplace_back();
      for (Rank q = 0; q < p; ++q) row.push_back((3 * r + 2 * q) % 5 * each.element);
    }
    each.size = matrix_size(each.matrix);
    calls.push_back(each);
  });
  if (collective(call.kind).rooted) {
    const std::vector<CollectiveCall> before = calls;
    for (CollectiveCall each : before) {
      if (each.layout.ranks() == 1) continue;
      each.root = each.layout.ranks() - 1;
      calls.push_back(each);
    }
  }
  return calls;
}

/// The program of a call, or nothing where the algorithm refuses it.
inline std::unique_ptr<Program> made(const Algorithm& algorithm, const CollectiveCall& call) {
  try {
    return algorithm.make(call);
  } catch (const RequestError&) {
    return nullptr;
  }
}

/// A name for a parameterised test.
inline std::string test_name(const Algorithm& algorithm) {
  std::string name{algorithm.name};
  std::replace(name.begin(), name.end(), '/', '_');
  return name;
}

}  // namespace commsim::calls
