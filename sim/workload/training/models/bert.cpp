// BERT: attention both ways, a norm behind the embeddings and none behind the last layer.
#include "sim/workload/training/training_model.hpp"

namespace commsim::bert_models {
namespace {

TransformerModel bert_large() {
  TransformerModel model = gpt_model(24, 1024, 16, 512, 30522);
  model.objective = Objective::kMaskedToken;
  model.predicted = 76;  // max_predictions_per_seq of the second phase, MLPerf's
  return model;
}

const Registration<TrainingModel> kBertLarge{{
    .name = "bert_large",
    .summary = "BERT-Large, uncased, with its pre-training heads, 336 million parameters",
    .reference = "Devlin et al., BERT, NAACL 2019, section 3; vocabulary and tables of "
                 "google-research/bert",
    .shape = bert_large(),
}};

}  // namespace
}  // namespace commsim::bert_models
