// PowerSGD: one step of power iteration, whose two products with the matrix can be averaged over
// the ranks by two all-reduces, one after the other:
//   P = orthonormal(mean of M_i Q),  Q = mean of M_i^T P,  M' = P Q^T
// Q is where the next call starts, so that the approximation gets better as long as the matrices
// are similar. Being a projection, M' is never farther from the mean than zero is.
#include "collectives/compression/reducers/low_rank.hpp"
#include "core/index.hpp"

namespace commsim::codec_power_sgd {
namespace {

class PowerSgd final : public Reducer {
 public:
  PowerSgd(std::int64_t rank, std::uint64_t seed) : rank_(rank), seed_(seed) {}

  void reduce(const TensorView& tensor, std::vector<float>& kept, Encoded& /*side*/) override {
    std::optional<LowRank> factors;
    PowerSgd* const self = this;
    if (saves(tensor.shape, rank_)) factors = exchange({&self, 1}, {&tensor, 1});
    put_factors(tensor, factors, kept);
  }

  void restore(std::span<const float> kept, std::span<const std::byte> side, TensorShape shape,
               std::span<float> tensor) const override {
    take_factors(kept, side, shape, rank_, tensor);
  }

  bool mean_of(std::span<Reducer* const> peers, std::span<const TensorView> tensors,
               std::span<float> mean) override {
    const TensorShape shape = tensors.front().shape;
    if (!saves(shape, rank_)) return false;
    std::vector<PowerSgd*> alike;
    for (Reducer* peer : peers) {
      alike.push_back(dynamic_cast<PowerSgd*>(peer));
      ensure(alike.back() != nullptr, "peers have another codec");
    }
    std::vector<float> kept;
    put_factors(tensors.front(), exchange(alike, tensors), kept);
    take_factors(kept, {}, shape, rank_, mean);
    return true;
  }

 private:
  // What is not finite neither gets lost nor stays: it is all of the outcome, and is not kept.
  [[nodiscard]] LowRank exchange(std::span<PowerSgd* const> peers,
                                 std::span<const TensorView> tensors) const {
    const TensorShape shape = tensors.front().shape;
    RowMatrix left = RowMatrix::Zero(shape.rows, rank_);
    RowMatrix right = RowMatrix::Zero(shape.columns, rank_);
    const auto ranks = static_cast<float>(peers.size());
    bool finite = true;
    for (std::size_t i = 0; i < peers.size(); ++i) {
      finite = finite && all_finite(tensors[i]);
      left.noalias() += matrix_of(tensors[i]) * peers[i]->start(shape.columns);
    }
    left /= ranks;
    if (!finite || !left.allFinite()) return not_a_number(shape, rank_);
    left = orthonormal(left);
    for (const TensorView& tensor : tensors) {
      right.noalias() += matrix_of(tensor).transpose() * left;
    }
    right /= ranks;
    if (!right.allFinite()) return not_a_number(shape, rank_);
    for (PowerSgd* peer : peers) peer->last_ = right;
    return {.left = std::move(left), .right = std::move(right)};
  }

  // The last Q, unless it is of another shape or nothing would ever come of it. Only its directions
  // matter, so that its numbers are brought to where their products neither overflow nor vanish.
  [[nodiscard]] RowMatrix start(Eigen::Index columns) const {
    const float largest = last_.rows() == columns ? last_.cwiseAbs().maxCoeff() : 0;
    if (largest == 0) return random_matrix(columns, rank_, seed_);
    return last_.array() / largest;
  }

  std::int64_t rank_;
  std::uint64_t seed_;
  RowMatrix last_;
};

std::unique_ptr<Reducer> make(const CodecParameters& parameters) {
  return std::make_unique<PowerSgd>(rank_parameter(parameters), parameters.seed);
}

const Registration<Codec> registration{{
    .name = "power_sgd",
    .summary =
        "a matrix of n x m as a product of rank r (rank, default 4) by one warm-started step "
        "of power iteration; 32 r (n + m) / (n m) bits; vectors, and matrices that this does "
        "not make smaller, as they are; all NaN if anything is not finite",
    .reference =
        "Vogels, Karimireddy and Jaggi, \"PowerSGD: practical low-rank gradient compression "
        "for distributed optimization\", NeurIPS 2019, arXiv 1905.13727",
    .bound = "in the Frobenius norm, that of the matrix",
    .parameters = {"rank", "seed"},
    .make_reducer = make,
    .linear = true,
    .rounds = 2,
    .sliceable = false,
}};

}  // namespace
}  // namespace commsim::codec_power_sgd
