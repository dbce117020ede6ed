#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "collectives/convergence/compressed_exchange.hpp"
#include "sim/cli/command.hpp"
#include "sim/cli/progress.hpp"
#include "sim/report/convergence_report.hpp"
#include "sim/scenario/codec_text.hpp"

namespace commsim::converge {
namespace {

struct ConvergeOptions {
  std::vector<std::string> codecs;
  std::string problem = "linear_regression";
  std::string aggregation = "mean";
  std::string exchange;
  std::string format = "text";
  unsigned workers = 4;
  unsigned samples = 10;
  unsigned steps = 200;
  unsigned seed = 1;
  std::string rate = "0.1";
  bool feedback = false;
};

const std::vector<std::string> kShown{"fp16", "int8", "one_bit", "{top_k: {density: 10%}}"};
constexpr double kTolerance = 0.05;

ExitCode train_with(const ConvergeOptions& options) {
  ProblemSize size;
  size.samples = std::int64_t{options.workers} * options.samples;
  size.seed = options.seed;
  const auto problem = make_problem(options.problem, size);
  TrainingOptions training;
  training.shards.assign(options.workers, options.samples);
  training.steps = options.steps;
  training.learning_rate = parse_number(options.rate);
  training.aggregation = aggregation_of(options.aggregation);
  training.seed = options.seed;
  const auto& wanted = options.codecs.empty() ? kShown : options.codecs;
  std::vector<ConvergenceCurve> curves;
  Progress progress(false);
  bool matrices = false;
  for (const std::string& text : wanted) {
    const std::vector<CodecStage> stages = parse_chain(text);
    matrices = matrices || !traits_of(stages).sliceable;
    const Exchange exchange =
        options.exchange.empty() ? default_exchange(stages) : exchange_of(options.exchange);
    const auto make =
        compressed_exchange(stages, exchange, static_cast<int>(options.workers), options.feedback);
    curves.push_back({.codec = chain_text(stages),
                      .exchange = std::string(name_of(exchange)),
                      .outcome = compare_training(*problem, training, make, kTolerance)});
    progress.update(curves.size(), wanted.size());
  }
  if (options.format == "csv") {
    write_convergence_csv(std::cout, curves);
  } else if (options.format == "json") {
    write_convergence_json(std::cout, curves);
  } else {
    std::cout << fmt::format(
        "{} of {} parameters, {} workers of {} samples, {} steps, learning rate {}{}\n\n",
        options.problem, problem->parameters(), options.workers, options.samples, options.steps,
        options.rate, options.feedback ? ", error feedback" : "");
    write_convergence_text(std::cout, curves);
    if (matrices && training.aggregation.cut != GradientCut::kLayers) {
      std::cout
          << "\n  note: codecs of low rank leave vectors as they are; --aggregation layer_wise "
             "gives them matrices\n";
    }
    std::cout << fmt::format(
        "\n  steps to its loss: until the loss is within {:.0f} % of the last "
        "one without compression\n",
        100 * kTolerance);
  }
  std::cout << std::flush;
  return kSuccess;
}

void add(CommandOptions& command) {
  const auto options = std::make_shared<ConvergeOptions>();
  command.texts("--codec", options->codecs,
                "a codec or a chain, as for compress; again for more (default: a few)", "CODEC");
  command.text("--problem", options->problem,
               fmt::format("what is learnt (default: {})", options->problem), "PROBLEM");
  command.text("--exchange", options->exchange,
               "all_reduce, all_gather, two_shot or per_hop (default: what suits the codec)",
               "EXCHANGE");
  command.text("--aggregation", options->aggregation,
               "mean, weighted, block_wise or layer_wise (default: mean)", "AGGREGATION");
  command.flag("--error-feedback", options->feedback, "workers add what they failed to send");
  command.whole_number("--workers", options->workers, "workers (default: 4)", 1, 4096);
  command.whole_number("--samples", options->samples, "samples of each worker (default: 10)", 1,
                       1'000'000);
  command.whole_number("--steps", options->steps, "steps of training (default: 200)", 1, 1'000'000);
  command.text("--rate", options->rate, "learning rate (default: 0.1)", "RATE");
  command.whole_number("--seed", options->seed, "of data, start and batches (default: 1)", 0,
                       INT32_MAX);
  command.choice("--format", options->format, "text, json or csv", {"text", "json", "csv"});
  command.on_run([options] { return train_with(*options); });
}

const Registration<Command> kConverge{
    {.name = "converge",
     .summary = "whether training converges with compressed gradients",
     .order = 8,
     .add = add}};

}  // namespace
}  // namespace commsim::converge
