// A transformer as its papers describe it, and the parameters that follow. Everything that a step
// costs (FLOPs, memory, messages) is computed from this.
#pragma once

#include <cstdint>
#include <optional>

namespace commsim {

/// What a transformer is trained for, and what that adds to its layers.
enum class Objective : std::uint8_t {
  kNextToken,    ///< causal attention and a vocabulary head
  kMaskedToken,  ///< BERT: attention both ways, embeddings of two segments, a pooler, and the heads
                 ///< for masked tokens (a matrix, a norm, a bias) and for the next sentence
};

enum class FeedForward : std::uint8_t {
  kGelu,    ///< two matrices
  kSwiGlu,  ///< three: gate, up, down
};

enum class Positions : std::uint8_t { kLearned, kRotary };

enum class Norm : std::uint8_t {
  kLayerNorm,  ///< gain and bias
  kRmsNorm,    ///< gain
};

/// Layers in which a router picks experts in place of one feed-forward network.
struct Experts {
  std::int64_t count = 0;        ///< routed experts of a layer
  std::int64_t active = 0;       ///< of them, those that a token visits (top-k)
  std::int64_t shared = 0;       ///< experts that every token visits
  std::int64_t width = 0;        ///< of the inner layer of each
  std::int64_t dense_first = 0;  ///< layers before the first with experts
  bool router_bias = false;      ///< a number for each expert, as for balancing without a loss
};

/// Queries, keys and values through narrow matrices (DeepSeek-V2, arXiv:2405.04434, section 2.1).
struct LatentAttention {
  std::int64_t query_rank = 0;
  std::int64_t key_value_rank = 0;
  std::int64_t rotary_size = 0;  ///< of a head, beside head_size; the key's is one for all heads
};

/// Sizes of a transformer. A head's query and key have head_size (and rotary_size, if latent)
/// numbers, its value head_size.
struct TransformerModel {
  std::int64_t layers = 0;
  std::int64_t hidden = 0;
  std::int64_t heads = 0;
  std::int64_t key_value_heads = 0;  ///< divides heads; fewer than heads: grouped queries
  std::int64_t head_size = 0;
  std::int64_t feed_forward = 0;  ///< width of the inner layer, where a layer has no experts
  std::int64_t sequence = 0;
  std::int64_t vocabulary = 0;
  FeedForward activation = FeedForward::kGelu;
  Positions positions = Positions::kLearned;
  std::int64_t learned_positions = 0;  ///< rows of that table; at least sequence
  Norm norm = Norm::kLayerNorm;
  bool biases = true;           ///< of the matrices in layers
  bool tied_embeddings = true;  ///< the vocabulary head is the embedding's matrix
  bool dropout = true;          ///< whether layers drop, and keep masks for the backward pass
  Objective objective = Objective::kNextToken;
  std::int64_t predicted = 0;  ///< tokens of a sequence that the vocabulary head sees; 0: all
  std::optional<LatentAttention> latent;
  std::optional<Experts> experts;

  [[nodiscard]] bool causal() const { return objective == Objective::kNextToken; }
  [[nodiscard]] bool gated() const { return activation == FeedForward::kSwiGlu; }
  /// Whether that layer, counted from 0, has experts.
  [[nodiscard]] bool has_experts(std::int64_t layer) const {
    return experts.has_value() && layer >= experts->dense_first;
  }
  /// Numbers of all queries, of all keys and of all values of a token.
  [[nodiscard]] std::int64_t query_width() const { return heads * query_size(); }
  [[nodiscard]] std::int64_t key_width() const { return key_value_heads * query_size(); }
  [[nodiscard]] std::int64_t value_width() const { return key_value_heads * head_size; }
  /// Numbers of one head's query or key.
  [[nodiscard]] std::int64_t query_size() const {
    return head_size + (latent ? latent->rotary_size : 0);
  }
  /// Tokens of a sequence that the vocabulary head sees.
  [[nodiscard]] std::int64_t predicted_tokens() const {
    return predicted == 0 ? sequence : predicted;
  }
};

/// Throws RequestError with what is legal if the sizes are none of a transformer: not positive,
/// above 10^9, heads that do not divide, more active experts than there are.
void validate(const TransformerModel& model);

/// GPT's shape of Narayanan et al. (arXiv:2104.04473) and the measurements that follow it: heads of
/// hidden / heads, a feed-forward network of 4 hidden, learned positions, all biases, tied.
TransformerModel gpt_model(std::int64_t layers, std::int64_t hidden, std::int64_t heads,
                           std::int64_t sequence, std::int64_t vocabulary);

/// Parameters by how tensor and expert parallelism divide them.
struct ParameterCount {
  std::int64_t replicated =
      0;                     ///< norms, biases of outputs, positions, routers: whole on each rank
  std::int64_t divided = 0;  ///< by the tensor degree
  std::int64_t routed = 0;   ///< of routed experts: by the tensor and the expert degree

  [[nodiscard]] std::int64_t total() const { return replicated + divided + routed; }
  ParameterCount& operator+=(const ParameterCount& other);
  friend bool operator==(const ParameterCount&, const ParameterCount&) = default;
};

/// One layer's, with its two norms.
ParameterCount layer_parameters(const TransformerModel& model, std::int64_t layer);
/// Those in front of the layers: token, position and segment embeddings, and BERT's norm on them.
ParameterCount embedding_parameters(const TransformerModel& model);
/// Those behind the layers: the last norm (BERT has none), the vocabulary matrix if it is not tied,
/// BERT's pooler and heads.
ParameterCount head_parameters(const TransformerModel& model);

/// All of them; a tied matrix counts once. O(layers).
std::int64_t parameters(const TransformerModel& model);
/// Those that a token meets: of the routed experts only the active ones.
std::int64_t active_parameters(const TransformerModel& model);

}  // namespace commsim
