// Published speeds of BERT-Large on 1 to 8 servers.
#include <gtest/gtest.h>

#include "tests/measured/published_step_tables.hpp"

namespace commsim::training_bert_test {
namespace {

using namespace measured;

void predict_20_tokens(TrainingJob& job) {
  std::get<TransformerModel>(job.shape).predicted = kPredictedOf128;
}

TEST(BertSteps, ScaleAsMeasured) {
  const auto steps = predicted(bert_steps(), predict_20_tokens);
  print("BERT-Large", steps);
  const auto ratios = relative_to_first(steps);
  print("BERT-Large, relative to one server", ratios);
  EXPECT_LE(errors_of(ratios).worst, 0.015);
}

}  // namespace
}  // namespace commsim::training_bert_test
