#include "collectives/compression/codec_measurement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <mutex>
#include <thread>

namespace commsim::codec_measurements {
namespace {

using Clock = std::chrono::steady_clock;

double square(double x) { return x * x; }

double norm_squared(std::span<const float> values) {
  double sum = 0;
  for (const float value : values) sum += square(value);
  return sum;
}

void add_inputs(std::vector<StageInput>& sum, const std::vector<StageInput>& more,
                std::int64_t count) {
  if (sum.empty()) sum.resize(more.size());
  for (std::size_t i = 0; i < more.size(); ++i) {
    sum[i].codec = more[i].codec;
    sum[i].bytes += count * more[i].bytes;
  }
}

// Calls `work` again and again for so many seconds, at least three times; the seconds of each.
template <typename Work>
std::vector<double> timed(double enough, Work work) {
  constexpr std::size_t kLeast = 3;
  std::vector<double> times;
  const Clock::time_point begin = Clock::now();
  Clock::time_point last = begin;
  while (times.size() < kLeast || std::chrono::duration<double>(last - begin).count() < enough) {
    work();
    const Clock::time_point now = Clock::now();
    times.push_back(std::chrono::duration<double>(now - last).count());
    last = now;
  }
  return times;
}

Bandwidth rate(std::size_t bytes, int threads, std::vector<double> times) {
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::ranges::nth_element(times, middle);
  constexpr double kBitsOfAByte = 8;
  const double bits = kBitsOfAByte * static_cast<double>(bytes) * threads / std::max(*middle, 1e-9);
  return Bandwidth::bits_per_second(std::max<std::int64_t>(1, std::llround(bits)));
}

}  // namespace
}  // namespace commsim::codec_measurements

namespace commsim {

using namespace codec_measurements;

CodecMeasurement measure_codec(const std::vector<CodecStage>& stages,
                               std::span<const Tensor> tensors,
                               std::span<const std::int64_t> counts, int warm_ups) {
  CodecMeasurement sum;
  double wrong = 0;
  double all = 0;
  sum.left_as_it_is = !tensors.empty() && !stages.front().codec->sliceable;
  for (std::size_t t = 0; t < tensors.size(); ++t) {
    const Tensor& tensor = tensors[t];
    const std::int64_t count = counts[t];
    CodecChain chain(stages);
    Encoded message;
    for (int i = 0; i <= warm_ups; ++i) chain.encode(tensor.view(), message);
    std::vector<float> decoded(tensor.values.size());
    chain.decode(message, tensor.shape, decoded);
    sum.elements += count * tensor.shape.elements();
    sum.message_bytes += count * static_cast<std::int64_t>(message.size());
    sum.carried += count * chain.carried();
    sum.left_as_it_is = sum.left_as_it_is && chain.first_kept() == tensor.shape.elements();
    add_inputs(sum.inputs, chain.inputs(), count);
    sum.by_tensor.push_back(fidelity_of(tensor.values, decoded, message, chain.carried()));
    double lost = 0;
    for (std::size_t i = 0; i < decoded.size(); ++i) {
      lost += square(double{decoded[i]} - tensor.values[i]);
    }
    wrong += static_cast<double>(count) * lost;
    all += static_cast<double>(count) * norm_squared(tensor.values);
  }
  constexpr double kBitsOfAByte = 8;
  sum.bits = sum.elements == 0 ? 0
                               : kBitsOfAByte * static_cast<double>(sum.message_bytes) /
                                     static_cast<double>(sum.elements);
  sum.relative_error = wrong == 0 ? 0 : std::sqrt(wrong / all);
  return sum;
}

std::optional<std::string> note_on(const std::vector<CodecStage>& stages,
                                   const CodecMeasurement& measured) {
  if (!measured.left_as_it_is) return std::nullopt;
  return fmt::format(
      "{} leaves this tensor as it is: it is no matrix of which factors of that rank are fewer "
      "numbers",
      stages.front().codec->name);
}

CodecSpeed time_codec(const std::vector<CodecStage>& stages, const Tensor& tensor, int threads,
                      double seconds) {
  std::vector<double> encode;
  std::vector<double> decode;
  std::mutex together;
  const auto work = [&] {
    CodecChain chain(stages);
    Encoded message;
    std::vector<float> decoded(tensor.values.size());
    chain.encode(tensor.view(), message);
    const auto encoding = timed(seconds, [&] { chain.encode(tensor.view(), message); });
    chain.decode(message, tensor.shape, decoded);
    const auto decoding = timed(seconds, [&] { chain.decode(message, tensor.shape, decoded); });
    const std::scoped_lock lock(together);
    encode.insert(encode.end(), encoding.begin(), encoding.end());
    decode.insert(decode.end(), decoding.begin(), decoding.end());
  };
  CodecChain check(stages);  // throws here rather than in a thread
  std::vector<std::jthread> others;
  for (int i = 1; i < threads; ++i) others.emplace_back(work);
  work();
  others.clear();
  const std::size_t bytes = tensor.values.size() * sizeof(float);
  return {.encode = rate(bytes, threads, std::move(encode)),
          .decode = rate(bytes, threads, std::move(decode))};
}

}  // namespace commsim
