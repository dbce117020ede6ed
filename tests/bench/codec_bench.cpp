// How fast codecs are on one core, on 64 MiB of numbers, beside std::memcpy: `moved` counts the
// bytes that are read and written, as a part of what memcpy moves in the same time.
#include <benchmark/benchmark.h>

#include <cstring>

#include "collectives/compression/chain.hpp"
#include "collectives/compression/tensor_source.hpp"

namespace commsim::bench {
namespace {

const Tensor& numbers() {
  static const Tensor tensor =
      generate("normal", {.rows = 1, .columns = std::int64_t{1} << 24U}, 1);
  return tensor;
}

double input_bytes() { return static_cast<double>(numbers().values.size() * sizeof(float)); }

void set_rates(benchmark::State& state, double moved) {
  const auto calls = static_cast<double>(state.iterations());
  state.counters["input/s"] = benchmark::Counter(calls * input_bytes(), benchmark::Counter::kIsRate,
                                                 benchmark::Counter::kIs1000);
  state.counters["moved/s"] =
      benchmark::Counter(calls * moved, benchmark::Counter::kIsRate, benchmark::Counter::kIs1000);
}

void copy(benchmark::State& state) {
  std::vector<float> target(numbers().values.size());
  for (auto iteration : state) {
    static_cast<void>(iteration);
    std::memcpy(target.data(), numbers().values.data(), target.size() * sizeof(float));
    benchmark::ClobberMemory();
  }
  set_rates(state, 2 * input_bytes());
}

void encode(benchmark::State& state, const char* name) {
  CodecChain chain(std::vector<CodecStage>{{&Registry<Codec>::get(name, "codec"), {}}});
  Encoded message;
  for (auto iteration : state) {
    static_cast<void>(iteration);
    chain.encode(numbers().view(), message);
    benchmark::ClobberMemory();
  }
  set_rates(state, input_bytes() + static_cast<double>(message.size()));
}

void decode(benchmark::State& state, const char* name) {
  CodecChain chain(std::vector<CodecStage>{{&Registry<Codec>::get(name, "codec"), {}}});
  Encoded message;
  chain.encode(numbers().view(), message);
  std::vector<float> target(numbers().values.size());
  for (auto iteration : state) {
    static_cast<void>(iteration);
    chain.decode(message, numbers().shape, target);
    benchmark::ClobberMemory();
  }
  set_rates(state, input_bytes() + static_cast<double>(message.size()));
}

const int kRegistered = [] {
  benchmark::RegisterBenchmark("codec/memcpy", copy);
  for (const char* name :
       {"fp16", "bf16", "fp8_e4m3", "int8", "int4", "one_bit", "top_k", "qsgd"}) {
    const std::string codec = std::string("codec/") + name;
    benchmark::RegisterBenchmark((codec + "/encode").c_str(), encode, name);
    benchmark::RegisterBenchmark((codec + "/decode").c_str(), decode, name);
  }
  return 0;
}();

}  // namespace
}  // namespace commsim::bench
