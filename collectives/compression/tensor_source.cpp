#include "collectives/compression/tensor_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "collectives/compression/normal_random.hpp"
#include "core/index.hpp"
#include "core/random.hpp"

namespace commsim::tensor_source {
namespace {

constexpr std::int64_t kRank = 8;

// x_rc = w_r (sum over i of a_i u_ri v_ci + noise z_rc), where u, v and z are normal, the squares
// of a_0, a_1, ... add up to 1 and fall by `decay` from one to the next, and w_r = exp(spread y_r).
struct LowRank {
  double scale = 1;
  double noise = 0;
  double decay = 1;
  double spread = 0;
};

std::vector<double> normal_numbers(NormalRandom& random, std::int64_t count) {
  std::vector<double> numbers(index(count));
  std::generate(numbers.begin(), numbers.end(), [&] { return random.next(); });
  return numbers;
}

void fill_low_rank(const LowRank& kind, TensorShape shape, std::uint64_t seed,
                   std::span<float> values) {
  NormalRandom random{seed};
  std::vector<double> weights(index(kRank));
  double sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    weights[i] = std::pow(kind.decay, static_cast<double>(i));
    sum += weights[i];
  }
  for (double& weight : weights) weight = std::sqrt(weight / sum);

  const std::vector<double> columns = normal_numbers(random, shape.columns * kRank);
  std::size_t at = 0;
  for (std::int64_t r = 0; r < shape.rows; ++r) {
    std::vector<double> row = normal_numbers(random, kRank);
    for (std::size_t i = 0; i < row.size(); ++i) row[i] *= weights[i];
    const double scale = kind.scale * std::exp(kind.spread * random.next());
    for (std::int64_t c = 0; c < shape.columns; ++c) {
      double value = kind.noise * random.next();
      for (std::int64_t i = 0; i < kRank; ++i)
        value += row[index(i)] * columns[index(c * kRank + i)];
      values[at++] = static_cast<float>(scale * value);
    }
  }
}

void fill_normal(TensorShape, std::uint64_t seed, std::span<float> values) {
  NormalRandom random{seed};
  for (float& value : values) value = static_cast<float>(random.next());
}

// By the inverse of the distribution, of variance 1.
void fill_laplace(TensorShape, std::uint64_t seed, std::span<float> values) {
  Random random{seed};
  for (float& value : values) {
    const bool negative = (random.next() >> 63U) != 0;
    const double distance = -std::log(1 - random.unit()) * std::sqrt(0.5);
    value = static_cast<float>(negative ? -distance : distance);
  }
}

// Student's t: a normal number over the root of the mean of three squares of others.
void fill_heavy_tailed(TensorShape, std::uint64_t seed, std::span<float> values) {
  NormalRandom random{seed};
  for (float& value : values) {
    const double number = random.next();
    double squares = 0;
    for (int i = 0; i < 3; ++i) {
      const double other = random.next();
      squares += other * other;
    }
    value = static_cast<float>(number / std::sqrt(squares / 3));
  }
}

}  // namespace
}  // namespace commsim::tensor_source

namespace commsim {

Tensor generate(std::string_view kind, TensorShape shape, std::uint64_t seed) {
  const TensorKind& source = Registry<TensorKind>::get(kind, "kind of tensor");
  if (shape.rows < 1 || shape.columns < 1) {
    throw RequestError(fmt::format("a tensor of {} x {} elements: each side must be at least 1",
                                   shape.rows, shape.columns));
  }
  if (shape.rows > kMostGeneratedElements / shape.columns) {
    throw RequestError(fmt::format("a tensor of {} x {} elements: at most {} are legal", shape.rows,
                                   shape.columns, kMostGeneratedElements));
  }
  Tensor tensor{.name = std::string(kind), .shape = shape, .values = {}};
  tensor.values.resize(index(shape.elements()));
  source.fill(shape, seed, tensor.values);
  return tensor;
}

}  // namespace commsim

namespace commsim::tensor_source {
namespace {

const Registration<TensorKind> normal{
    {.name = "normal", .summary = "independent normal numbers of variance 1", .fill = fill_normal}};
const Registration<TensorKind> laplace{
    {.name = "laplace",
     .summary = "independent numbers of the Laplace distribution of variance 1",
     .fill = fill_laplace}};
const Registration<TensorKind> heavy_tailed{
    {.name = "heavy_tailed",
     .summary = "independent numbers of Student's t distribution with 3 degrees of freedom",
     .fill = fill_heavy_tailed}};
const Registration<TensorKind> low_rank{
    {.name = "low_rank",
     .summary = "the product of normal matrices of rank 8, of variance 1, and 10 % of normal noise",
     .fill = [](TensorShape shape, std::uint64_t seed, std::span<float> values) {
       fill_low_rank({.noise = 0.1}, shape, seed, values);
     }}};
const Registration<TensorKind> gradient{
    {.name = "gradient",
     .summary = "like the gradient of a layer: 8 directions, each of half the variance of the one "
                "before, as much noise again, and log-normal scales of rows, about 0.001",
     .fill = [](TensorShape shape, std::uint64_t seed, std::span<float> values) {
       fill_low_rank({.scale = 1e-3, .noise = 1, .decay = 0.5, .spread = 1}, shape, seed, values);
     }}};
const Registration<TensorKind> zeros{
    {.name = "zeros",
     .summary = "nothing but 0",
     .fill = [](TensorShape, std::uint64_t, std::span<float> values) {
       std::fill(values.begin(), values.end(), 0.0F);
     }}};
const Registration<TensorKind> constant{
    {.name = "constant",
     .summary = "the same number everywhere, 0.1",
     .fill = [](TensorShape, std::uint64_t, std::span<float> values) {
       std::fill(values.begin(), values.end(), 0.1F);
     }}};

}  // namespace
}  // namespace commsim::tensor_source
