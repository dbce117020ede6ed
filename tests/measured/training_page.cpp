#include "tests/measured/training_page.hpp"

#include <fmt/format.h>

#include "tests/measured/published_step_tables.hpp"
#include "tests/measured/step_ranking.hpp"

namespace commsim::training_page_text {
namespace {

using measured::PredictedStep;
using measured::StepErrors;
using Steps = std::vector<PredictedStep>;

std::string percent(double share) { return fmt::format("{:.1f} %", 100 * share); }
std::string both(const StepErrors& errors) {
  return fmt::format("{} / {}", percent(errors.average), percent(errors.worst));
}

// A null model of one or two steps says nothing.
std::string line(std::string_view table, const Steps& steps, std::string_view aim,
                 std::string_view others = "-") {
  const StepErrors errors = measured::errors_of(steps);
  const std::string null = steps.size() < 3 ? "-" : both(errors_of(measured::null_model(steps)));
  return fmt::format("| {} | {} | {} | {} | {} | {} |\n", table, errors.steps, both(errors), aim,
                     null, others);
}

std::string a100_and_v100() {
  const auto tensor = predicted(measured::tensor_parallel_a100_steps());
  std::string text;
  text += line("Korthikanti, 22B to 1T on 8 to 512 A100", predicted(measured::korthikanti_steps()),
               "3 / 6 %", "Calculon 3.7 / 8.9 % (8 steps)");
  text += line("Narayanan, 1.7B to 530B on 32 to 2,520 A100, fastest interleaving",
               predicted(measured::narayanan_steps(measured::Interleaving::kBest)), "5 / 10 %");
  text += line("the same, not interleaved",
               predicted(measured::narayanan_steps(measured::Interleaving::kNone)), "-");
  text += line("Megatron-LM, tensor degree 1 to 8, A100", tensor, "7 %");
  text += line("the same, relative to degree 1", relative_to_first(tensor), "5 %");
  text += line("the same with 128 replicas", predicted(measured::tensor_and_data_parallel_steps()),
               "7 %");
  text += line("Megatron-LM, tensor degree 2 to 8, V100",
               predicted(measured::tensor_parallel_v100_steps()), "7 %");
  return text;
}

std::string h100() {
  return line("Megatron-Core, 7.1B to 119B on 96 to 1,536 H100, bf16",
              predicted(measured::megatron_core_steps()), "6 %") +
         line("MLPerf, Llama 3.1 405B on 2,432 H100, fp8",
              predicted(measured::llama_mlperf_steps()), "3 %") +
         line("MLPerf, GPT-3 175B on 256 H100, fp8", predicted(measured::gpt3_mlperf_steps()),
              "10 %");
}

std::string bert() {
  const auto steps = predicted(measured::bert_steps(), [](TrainingJob& job) {
    std::get<TransformerModel>(job.shape).predicted = measured::kPredictedOf128;
  });
  return line("BERT-Large on 8 to 64 A100", steps, "-") +
         line("the same, relative to 8", relative_to_first(steps), "2 %");
}

std::string ranking(const measured::VtrainPrediction& vtrain) {
  std::string text =
      "\n| model of vTrain | divisions | rank correlation | null model | the one predicted fastest "
      "is slower than the fastest by |\n|---|--:|--:|--:|--:|\n";
  double sum = 0;
  double null_sum = 0;
  for (const auto& [model, steps] : vtrain.by_model) {
    const double order = measured::rank_correlation(steps);
    const double null_order = measured::rank_correlation(measured::null_model(steps));
    text += fmt::format("| {}B | {} | {:.2f} | {:.2f} | {} |\n", model, steps.size(), order,
                        null_order, percent(measured::loss_of_choice(steps)));
    sum += order;
    null_sum += null_order;
  }
  const auto models = static_cast<double>(vtrain.by_model.size());
  return text + fmt::format("| mean | | {:.2f} | {:.2f} | |\n", sum / models, null_sum / models);
}

constexpr std::string_view kHow =
    "## Training steps\n\n"
    "Times of whole steps that others published: Korthikanti et al. (arXiv:2205.05198, table 5), "
    "Narayanan et al. (arXiv:2104.04473, table 1), the READMEs of Megatron-LM 2 and of "
    "Megatron-Core 0.8, MLPerf training v4.1 and v5.0, NVIDIA's BERT, and vTrain (Bang et al., "
    "MICRO 2024; multi-node table). Of computing one number is fitted to them: the "
    "share of the peak that large products sustain, found on one step for each "
    "generation and format, which is left out below: A100 on 530B with full recomputation "
    "(Korthikanti), V100 on the one-GPU step, H100 in bf16 on Megatron-Core's 314B and in fp8 on "
    "Llama 3.1 405B on 512 GPUs. The network is the preset with the fair-share model, with nothing "
    "fitted. **One thing more is fitted:** the shape of the efficiency, the same for all GPUs "
    "(products of 30 GFLOP reach half, memory 80 %), was chosen by looking at vTrain's table, so "
    "vTrain's row is a fit as much as a test; the row below it has a curve that was published "
    "before (Calculon's, memory at 60 %), scaled by the same one step. That half of "
    "tensor-parallel communication is hidden on H100 was the best of none, half and four fifths "
    "for Megatron-Core's three, so their row is not free of fitting either.\n\n"
    "Errors are average / worst of the absolute ones. The null model lets all GPUs of a table "
    "compute at one rate and wait in the pipeline's bubble; its rate makes it right on the average "
    "of the very table that it is tested on.\n\n"
    "| steps | tested | error | aim | null model | others |\n|---|--:|--:|--:|--:|--:|\n";

constexpr std::string_view kWhy =
    "\nWhat the sources leave open, and what was assumed:\n\n"
    "- Narayanan, micro-batch: the fastest that is legal, as is the interleaving in the first row. "
    "Gradients of 2 bytes, sent at the end.\n"
    "- Megatron-LM's rows and vTrain's: full recomputation, attention writes its scores, gradients "
    "of 2 bytes sent at the end in one piece; vTrain's nodes have 100 Gb/s a GPU. The V100 stand "
    "on one switch, 150 GB/s each way.\n"
    "- Megatron-Core: vocabulary 131,072, embeddings not tied, no dropout, no recomputation, "
    "fastest micro-batch (of 1, 2, 4) and interleaving. (The README of its repository has that "
    "vocabulary, and that tensor-parallel communication overlaps, not how much.)\n"
    "- MLPerf: the two ends of Llama count as layers; keys and values of the two context ranks are "
    "gathered; GPT-3's gradients have 2 bytes, as 4 would not fit beside activations of 2.\n"
    "- BERT: 65,536 sequences a step, 256 a GPU and pass, 20 of 128 tokens predicted.\n\n"
    "What is missed, and why:\n\n"
    "- Narayanan with the fastest interleaving, and Megatron-LM on A100 in absolute time, with and "
    "without replicas: all too fast. Software of 2020 and 2021 is predicted with an efficiency of "
    "2022: the step of one GPU, which communicates nothing, is off by as much, and ratios between "
    "steps are right. A second calibration would hide that. In absolute time of Megatron-LM's rows "
    "the null model, which is calibrated on these rows, is nearer.\n"
    "- Narayanan without interleaving is near, but those pipelines may well have been interleaved: "
    "an error of the schedule and one of the software may cancel.\n"
    "- With 128 replicas, 75 to 80 ms of 1.1 s are the cost of replicas at degrees 1 to 4 and 37 "
    "at 8, which sends as much through an eighth of the NICs: a part was hidden, and we hide "
    "none (23 ms at degree 1, 173 at 8).\n"
    "- Megatron-Core's worst is its smallest model, 10 % too fast. Were the work of half "
    "efficiency in proportion to the GPU's peak, its error would stay.\n"
    "- BERT in absolute time is 12 % too fast: no step of its size is in the calibration.\n"
    "- vTrain: nine of ten are within 17 %. The worst is 39.1B divided 16 x 2 x 16 (data, tensor, "
    "pipeline) with micro-batches of 3: 26.2 s measured, where 16 x 4 x 8 takes 17.6 and its "
    "larger "
    "bubble accounts for a fifth. Within 39.1B (divisions near each other and noisy: 17.6 s with "
    "micro-batches of 3, 16.1 with 6) and 18.4B the null model ranks better.\n";

}  // namespace
}  // namespace commsim::training_page_text

namespace commsim::measured {
using namespace training_page_text;

std::string training_page(const std::filesystem::path& measurements) {
  const auto vtrain = predicted_vtrain(measurements);
  std::string text(kHow);
  text += a100_and_v100() + h100() + bert();
  text += line("vTrain, 3.6B to 175B on 64 to 512 A100", vtrain.all, "7 %, median 4 %",
               "vTrain 14.7 %");
  text += line("the same by Calculon's curve",
               predicted_vtrain(measurements, published_curve()).all, "-", "vTrain 14.7 %");
  text += fmt::format("\nvTrain's median is {}.\n", percent(errors_of(vtrain.all).median));
  return text + ranking(vtrain) + std::string(kWhy);
}

}  // namespace commsim::measured
