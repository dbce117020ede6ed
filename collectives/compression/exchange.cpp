#include "collectives/compression/exchange.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "collectives/partition.hpp"
#include "core/index.hpp"
#include "core/random.hpp"

namespace commsim::codec_exchange {
namespace {

bool packs(const std::vector<CodecStage>& stages) {
  return stages.back().codec->make_packer != nullptr;
}

void add(std::span<float> sum, std::span<const float> more) {
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += more[i];
}

std::span<float> part_of(std::span<float> values, int parts, int part) {
  const Partition cut(Bytes{static_cast<std::int64_t>(values.size())}, parts, Bytes{1});
  return values.subspan(static_cast<std::size_t>(cut.offset(part).count()),
                        static_cast<std::size_t>(cut.length(part).count()));
}

TensorShape vector_of(std::span<const float> values) { return TensorView::vector(values).shape; }

}  // namespace
}  // namespace commsim::codec_exchange

namespace commsim {

using namespace codec_exchange;

const std::vector<std::string>& exchange_names() {
  static const std::vector<std::string> kNames{"all_reduce", "all_gather", "two_shot", "per_hop"};
  return kNames;
}

std::string_view name_of(Exchange exchange) {
  return exchange_names()[static_cast<std::size_t>(exchange)];
}

Exchange exchange_of(std::string_view name) {
  const auto& names = exchange_names();
  const auto place = std::ranges::find(names, name);
  if (place == names.end()) {
    throw RequestError(fmt::format("unknown exchange '{}'{}", name, suggestion(name, names)));
  }
  return static_cast<Exchange>(place - names.begin());
}

void refuse_unfit(const std::vector<CodecStage>& stages, Exchange exchange) {
  const ChainTraits traits = traits_of(stages);
  const auto refuse = [&](std::string_view why) {
    throw RequestError(
        fmt::format("{} cannot travel by {}: {}", name_of(stages), name_of(exchange), why));
  };
  if (exchange == Exchange::kAllReduce && !traits.linear) {
    refuse(packs(stages) ? "packed bytes do not add up"
           : traits.rounds > 1
               ? "between its rounds stands an exact sum, which no further codec may round"
               : "its messages do not add up, for each rank has scales or positions of its own");
  }
  if (exchange == Exchange::kTwoShot && !traits.sliceable) {
    refuse("a part of a matrix is no matrix of low rank");
  }
  if (exchange != Exchange::kPerHop) return;
  if (!traits.sliceable || traits.reduces) {
    refuse("a sum of reduced tensors needs more room at every hop");
  }
  if (!traits.fixed_size) refuse("the size of its messages would change at every hop");
}

Exchange default_exchange(const std::vector<CodecStage>& stages) {
  const ChainTraits traits = traits_of(stages);
  if (traits.linear) return Exchange::kAllReduce;
  return traits.sliceable && !traits.reduces ? Exchange::kTwoShot : Exchange::kAllGather;
}

ExchangeGroup::ExchangeGroup(const std::vector<CodecStage>& stages, Exchange exchange, int ranks,
                             bool error_feedback)
    : exchange_(exchange), traits_(traits_of(stages)), error_feedback_(error_feedback) {
  refuse_unfit(stages, exchange);
  for (int rank = 0; rank < ranks; ++rank) {
    std::vector<CodecStage> own = stages;
    for (CodecStage& stage : own) {
      stage.parameters.rank_seed = mix(stage.parameters.rank_seed + static_cast<unsigned>(rank));
      stage.parameters.ranks = exchange == Exchange::kAllReduce ? ranks : 1;
    }
    chains_.emplace_back(own);
    if (exchange == Exchange::kAllReduce) split(own);
  }
}

void ExchangeGroup::split(const std::vector<CodecStage>& stages) {
  std::vector<CodecStage> reducing;
  for (const CodecStage& stage : stages) {
    if (stage.codec->make_reducer != nullptr) {
      reducing.push_back(stage);
    } else if (!quantiser_) {
      quantiser_.emplace(std::vector{stage});
    }
  }
  if (!reducing.empty()) reducers_.emplace_back(reducing);
}

void ExchangeGroup::pass(int rank, TensorShape shape, std::span<float> values) {
  through(chains_[index(rank)], shape, values);
}

void ExchangeGroup::through(CodecChain& chain, TensorShape shape, std::span<float> values) {
  chain.encode({values, shape}, message_);
  chain.decode(message_, shape, values);
}

// Positions are the same on all ranks, and scales as if one had all tensors. Sums of casts are
// rounded again.
void ExchangeGroup::all_reduce(std::vector<Vector>& sent, TensorShape shape, std::span<float> sum) {
  for (std::size_t r = 0; r < sent.size() && traits_.reduces; ++r) {
    through(reducers_[r], shape, sent[r]);
  }
  if (quantiser_) {
    Vector all;
    for (const Vector& values : sent) all.insert(all.end(), values.begin(), values.end());
    through(*quantiser_, vector_of(all), all);
    for (std::size_t r = 0; r < sent.size(); ++r) {
      std::copy_n(all.begin() + static_cast<std::ptrdiff_t>(r * sum.size()), sum.size(),
                  sent[r].begin());
    }
  }
  for (const Vector& values : sent) {
    add(sum, values);
    if (traits_.rounds_sums) through(*quantiser_, vector_of(sum), sum);
  }
}

void ExchangeGroup::two_shot(std::vector<Vector>& sent, std::span<float> sum) {
  const int ranks = static_cast<int>(sent.size());
  for (int part = 0; part < ranks; ++part) {
    const std::span<float> total = part_of(sum, ranks, part);
    for (int rank = 0; rank < ranks; ++rank) {
      const std::span<float> values = part_of(sent[index(rank)], ranks, part);
      pass(rank, vector_of(values), values);
      add(total, values);
    }
    if (!error_feedback_) {
      pass(part, vector_of(total), total);
      continue;
    }
    // The second loss is fed back like the first one, by whoever sums the part.
    unsent_sums_.resize(sum.size());
    const std::span<float> unsent = part_of(unsent_sums_, ranks, part);
    add(total, unsent);
    std::ranges::copy(total, unsent.begin());
    pass(part, vector_of(total), total);
    for (std::size_t i = 0; i < total.size(); ++i) unsent[i] -= total[i];
  }
}

// Part i starts at rank i + 1 and comes round to rank i.
void ExchangeGroup::per_hop(std::vector<Vector>& sent, std::span<float> sum) {
  const int ranks = static_cast<int>(sent.size());
  for (int part = 0; part < ranks; ++part) {
    const std::span<float> total = part_of(sum, ranks, part);
    for (int hop = 1; hop <= ranks; ++hop) {
      const int rank = (part + hop) % ranks;
      if (hop > 1) pass((rank + ranks - 1) % ranks, vector_of(total), total);
      const std::span<float> values = part_of(sent[index(rank)], ranks, part);
      add(total, values);
      pass(rank, vector_of(values), values);  // what feedback sees
    }
    pass(part, vector_of(total), total);
  }
}

bool ExchangeGroup::in_rounds(std::span<const TensorView> tensors, std::span<float> mean) {
  if (exchange_ != Exchange::kAllReduce || traits_.rounds == 1) return false;
  std::vector<Reducer*> peers;
  for (const CodecChain& chain : chains_) peers.push_back(chain.lone_reducer());
  return peers.front() != nullptr && peers.front()->mean_of(peers, tensors, mean);
}

void ExchangeGroup::mean(std::span<const TensorView> tensors, std::span<float> mean) {
  const TensorShape shape = tensors.front().shape;
  std::vector<Vector> sent;
  for (const TensorView& tensor : tensors) {
    sent.emplace_back(tensor.values.begin(), tensor.values.end());
  }
  if (error_feedback_) {
    residuals_.resize(sent.size(), Vector(mean.size(), 0.0F));
    for (std::size_t r = 0; r < sent.size(); ++r) add(sent[r], residuals_[r]);
    residuals_ = sent;
  }
  std::vector<TensorView> views;
  for (const Vector& values : sent) views.push_back({values, shape});
  if (in_rounds(views, mean)) {
    for (Vector& values : sent) values.assign(mean.begin(), mean.end());
  } else {
    std::ranges::fill(mean, 0.0F);
    if (exchange_ == Exchange::kAllReduce) all_reduce(sent, shape, mean);
    if (exchange_ == Exchange::kTwoShot) two_shot(sent, mean);
    if (exchange_ == Exchange::kPerHop) per_hop(sent, mean);
    if (exchange_ == Exchange::kAllGather) {
      for (std::size_t r = 0; r < sent.size(); ++r) {
        pass(static_cast<int>(r), shape, sent[r]);
        add(mean, sent[r]);
      }
    }
    for (float& value : mean) value /= static_cast<float>(sent.size());
  }
  for (std::size_t r = 0; r < residuals_.size(); ++r) {
    for (std::size_t i = 0; i < mean.size(); ++i) residuals_[r][i] -= sent[r][i];
  }
}

std::int64_t ExchangeGroup::feedback_bytes() const {
  if (residuals_.empty()) return 0;
  const std::size_t sums = (unsent_sums_.size() + residuals_.size() - 1) / residuals_.size();
  return static_cast<std::int64_t>((residuals_.front().size() + sums) * sizeof(float));
}

double ExchangeGroup::residual_norm(int rank) const {
  if (residuals_.empty()) return 0;
  double sum = 0;
  for (const float value : residuals_[index(rank)]) sum += double{value} * value;
  return std::sqrt(sum);
}

}  // namespace commsim
