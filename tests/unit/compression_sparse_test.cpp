// What all codecs that keep some elements and drop the others have in common, by their names.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/index.hpp"
#include "core/random.hpp"
#include "tests/support/reducers.hpp"

namespace commsim::compression_sparse_test {
namespace {

using support::make_reducer;
using support::pass;
using support::reduce;
using support::ReducedVector;
using support::restore;
using testing::HasSubstr;

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

std::vector<float> noise(std::size_t size, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> values(size);
  for (float& value : values) value = static_cast<float>(2 * random.unit() - 1);
  return values;
}

struct Sparsifier {
  std::string_view name;
  CodecParameters parameters;
};

std::vector<Sparsifier> sparsifiers() {
  return {{"threshold", {.threshold = 0.5}}, {"top_k", {}},
          {"top_k", {.density = 0.3}},       {"top_k_sampled", {.density = 0.1, .sample = 0.2}},
          {"random_k", {.density = 0.2}},    {"random_k", {.density = 0.8}},
          {"prune", {.rate = 0.5}}};
}

void expect_refused(std::string_view name, const CodecParameters& parameters,
                    std::string_view text) {
  try {
    make_reducer(name, parameters);
    ADD_FAILURE() << name << " takes what it cannot do";
  } catch (const RequestError& error) {
    EXPECT_THAT(error.what(), HasSubstr(std::string(text)));
  }
}

TEST(Sparsifiers, RefuseWhatIsNoPart) {
  for (const double density : {0.0, -0.1, 1.001, static_cast<double>(kNaN)}) {
    for (const auto* const name : {"top_k", "top_k_sampled", "random_k"}) {
      expect_refused(name, {.density = density}, "density");
    }
    expect_refused("top_k_sampled", {.sample = density}, "sample");
  }
  for (const double rate : {-0.1, 1.0, static_cast<double>(kNaN)}) {
    expect_refused("prune", {.rate = rate}, "rate");
  }
}

TEST(Threshold, RefusesToBeMissingNegativeOrNoNumber) {
  expect_refused("threshold", {}, "needs the parameter threshold");
  for (const double tau :
       {-1e-9, 1e39, static_cast<double>(kInfinity), static_cast<double>(kNaN)}) {
    expect_refused("threshold", {.threshold = tau}, "threshold is");
  }
}

// Every element is what it was, or zero; what is dropped is no larger than what is kept, unless the
// kept ones are random.
void expect_sparse(const std::vector<float>& before, const std::vector<float>& after,
                   bool ordered) {
  float smallest_kept = kInfinity;
  float largest_dropped = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (after[i] == before[i] && before[i] != 0) {
      smallest_kept = std::min(smallest_kept, std::abs(before[i]));
    } else {
      ASSERT_EQ(after[i], 0) << "at " << i;
      largest_dropped = std::max(largest_dropped, std::abs(before[i]));
    }
  }
  if (ordered) {
    ASSERT_GE(smallest_kept, largest_dropped);
  }
}

TEST(Sparsifiers, KeepElementsAsTheyAreForEverySize) {
  for (const auto& [name, parameters] : sparsifiers()) {
    SCOPED_TRACE(name);
    const auto reducer = make_reducer(name, parameters);
    for (std::size_t size = 0; size <= 4097; ++size) {
      SCOPED_TRACE(size);
      const std::vector<float> values = noise(size, size);
      const std::vector<float> after = pass(*reducer, values);
      expect_sparse(values, after, name != "random_k");
      if (HasFatalFailure()) return;
    }
  }
}

TEST(Sparsifiers, CarryZeroDenormalEqualAndHugeElements) {
  std::vector<float> mixed = noise(300, 3);
  for (std::size_t i = 0; i < mixed.size(); ++i) {
    mixed[i] = std::ldexp(mixed[i], static_cast<int>(i) - 172);  // down to denormals
  }
  const std::vector<std::vector<float>> inputs = {
      std::vector<float>(300, 0.0F), std::vector<float>(300, 1.0F), std::vector<float>(300, 1e-45F),
      std::vector<float>(300, 3e38F), mixed};
  for (const auto& [name, parameters] : sparsifiers()) {
    SCOPED_TRACE(name);
    const auto reducer = make_reducer(name, parameters);
    for (const std::vector<float>& values : inputs) {
      expect_sparse(values, pass(*reducer, values), name != "random_k");
    }
  }
}

TEST(Sparsifiers, AppendToWhatIsThere) {
  for (const auto& [name, parameters] : sparsifiers()) {
    ReducedVector message{.kept = {7, 8}, .side = {std::byte{9}}};
    const std::vector<float> values = noise(100, 5);
    make_reducer(name, parameters)->reduce(TensorView::vector(values), message.kept, message.side);
    const ReducedVector alone = reduce(*make_reducer(name, parameters), values);
    EXPECT_EQ(message.kept.size(), 2 + alone.kept.size()) << name;
    EXPECT_EQ(message.side.size(), 1 + alone.side.size()) << name;
    EXPECT_EQ(message.kept.front(), 7) << name;
    EXPECT_EQ(message.side.front(), std::byte{9}) << name;
  }
}

// Every element in turn is not finite: one or more of the outcome must be NaN or infinite.
TEST(Sparsifiers, NeverLoseWhatIsNotFinite) {
  for (const auto& [name, parameters] : sparsifiers()) {
    SCOPED_TRACE(name);
    const auto reducer = make_reducer(name, parameters);
    for (const float bad : {kNaN, kInfinity, -kInfinity}) {
      for (std::size_t at = 0; at < 130; ++at) {
        std::vector<float> values = noise(130, at);
        values[at] = bad;
        const std::vector<float> after = pass(*reducer, values);
        EXPECT_FALSE(std::all_of(after.begin(), after.end(), [](float x) {
          return std::isfinite(x);
        })) << at;
      }
    }
  }
}

TEST(Sparsifiers, KeepWhatIsNotFiniteWhereItIsWhileThereIsRoom) {
  std::vector<float> values = noise(100, 1);
  values[13] = kNaN;
  values[50] = -kInfinity;
  for (const auto& [name, parameters] : sparsifiers()) {
    const auto reducer = make_reducer(name, parameters);
    if (name == "random_k" || reduce(*reducer, values).kept.size() < 2) continue;
    const std::vector<float> after = pass(*make_reducer(name, parameters), values);
    EXPECT_TRUE(std::isnan(after[13])) << name;
    EXPECT_EQ(after[50], -kInfinity) << name;
    EXPECT_EQ(std::count_if(after.begin(), after.end(), [](float x) { return std::isnan(x); }), 1);
  }
}

TEST(Sparsifiers, WithFixedSizeWriteAsMuchWhateverTheValuesAre) {
  for (const auto& [name, parameters] : sparsifiers()) {
    if (!Registry<Codec>::get(name, "codec").fixed_size) continue;
    for (const std::size_t size : {1U, 31U, 100U, 5000U}) {
      const ReducedVector one = reduce(*make_reducer(name, parameters), noise(size, 1));
      const ReducedVector zero = reduce(*make_reducer(name, parameters), std::vector<float>(size));
      EXPECT_EQ(one.kept.size(), zero.kept.size()) << name;
      EXPECT_EQ(one.side.size(), zero.side.size()) << name;
    }
  }
}

// The union of p independent masks of density d has density 1 - (1 - d)^p.
TEST(Sparsifiers, FillInAsIndependentMasksDo) {
  constexpr std::size_t kSize = 100'000;
  constexpr double kDensity = 0.01;
  for (const auto* const name : {"top_k", "random_k"}) {
    std::vector<bool> filled(kSize);
    double empty = 1;
    for (std::uint64_t rank = 0; rank < 32; ++rank) {
      const auto reducer = make_reducer(name, {.density = kDensity, .seed = 100 + rank});
      const std::vector<float> after = pass(*reducer, noise(kSize, rank));
      for (std::size_t i = 0; i < kSize; ++i) filled[i] = filled[i] || after[i] != 0;
      empty *= 1 - kDensity;
      const auto count = static_cast<double>(std::count(filled.begin(), filled.end(), true));
      EXPECT_NEAR(count, kSize * (1 - empty), 5 * std::sqrt(kSize * empty * (1 - empty)) + 1)
          << name;
    }
  }
}

}  // namespace
}  // namespace commsim::compression_sparse_test
