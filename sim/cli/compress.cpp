#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <thread>

#include "collectives/compression/exchange.hpp"
#include "sim/cli/command.hpp"
#include "sim/cli/progress.hpp"
#include "sim/report/compression_report.hpp"
#include "sim/scenario/codec_text.hpp"
#include "sim/scenario/tensor_text.hpp"
#include "sim/scenario/yaml_document.hpp"

namespace commsim::compress {
namespace {

struct CompressOptions {
  std::vector<std::string> codecs;
  std::string tensor = "gradient";
  std::string format = "text";
  bool untimed = false;
  unsigned ranks = 1;
};

constexpr int kMostRanks = 1 << 24;

// What shows the most of what there is; --codec asks for others.
const std::vector<std::string> kShown{
    "none",
    "fp16",
    "bf16",
    "fp8_e4m3",
    "fp8_e5m2",
    "int8",
    "int4",
    "int8_shared",
    "one_bit",
    "{qsgd: {block: 512}}",
    "{top_k: {density: 1%}}",
    "{random_k: {density: 1%}}",
    "{prune: {rate: 90%}}",
    "{svd: {rank: 4}}",
    "{power_sgd: {rank: 4}}",
    "bf16_exponent",
    "huffman",
    "bwt",
    "zstd",
    "[{top_k: {density: 1%}}, int8, huffman]",
};

// "gradient", "{kind: normal, rows: 64}", "{model: gpt2}" or the name of a .npy file.
TensorRequest request(const std::string& text) {
  constexpr std::int64_t kElements = std::int64_t{1} << 20U;
  constexpr std::string_view kKey = "tensor";
  ConfigDocument document = text.ends_with(".npy") ? read_yaml_text("tensor: {file: }", "--tensor")
                                                   : read_yaml_text("tensor: " + text, "--tensor");
  if (text.ends_with(".npy")) {
    ConfigNode& file = document.root.map.front().value.map.front().value;
    file.kind = ConfigNode::Kind::kScalar;
    file.scalar = text;
  }
  ReadingContext context;
  ConfigReader root(document.root, "", context);
  auto found = read_tensors(root, kKey, kElements);
  context.report_unknown_keys();
  context.diagnostics.throw_if_any(document.sources);
  return std::move(*found);
}

// Of several tensors only what adds up is known of all.
Fidelity together(const CodecMeasurement& measured) {
  if (measured.by_tensor.size() == 1) return measured.by_tensor.front();
  Fidelity all{.elements = measured.elements, .message_bytes = measured.message_bytes};
  if (measured.message_bytes > 0) {
    constexpr double kSingle = sizeof(float);
    all.ratio = kSingle * static_cast<double>(measured.elements) /
                static_cast<double>(measured.message_bytes);
    all.bits_per_element = measured.bits;
  }
  all.relative_error = measured.relative_error;
  all.largest_error = 0;
  for (const Fidelity& each : measured.by_tensor) {
    all.not_finite += each.not_finite;
    all.hidden_overflows += each.hidden_overflows;
    if (!each.largest_error) {
      all.largest_error.reset();
    } else if (all.largest_error) {
      all.largest_error = std::max(*all.largest_error, *each.largest_error);
    }
  }
  return all;
}

CompressionRow measured_row(const std::vector<CodecStage>& stages, const TensorSet& set,
                            const std::string& name, bool timed) {
  constexpr int kWarmUps = 3;
  constexpr double kSeconds = 0.2;
  const CodecMeasurement measured = measure_codec(stages, set.tensors, set.counts, kWarmUps);
  CompressionRow row{.codec = chain_text(stages),
                     .tensor = name,
                     .fidelity = together(measured),
                     .travels = std::string(name_of(default_exchange(stages))),
                     .ranks = static_cast<int>(stages.front().parameters.ranks),
                     .note = note_on(stages, measured)};
  if (set.tensors.size() == 1) row.shape = set.tensors.front().shape;
  if (!timed) return row;
  const auto largest = std::ranges::max_element(
      set.tensors, {}, [](const Tensor& tensor) { return tensor.shape.elements(); });
  const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  row.one_core = time_codec(stages, *largest, 1, kSeconds);
  row.all_cores = time_codec(stages, *largest, cores, kSeconds);
  return row;
}

ExitCode measure(const CompressOptions& options) {
  std::vector<std::vector<CodecStage>> chains;
  std::size_t widest = 0;
  for (const std::string& text : options.codecs.empty() ? kShown : options.codecs) {
    chains.push_back(parse_chain(text));
    for (CodecStage& stage : chains.back()) stage.parameters.ranks = options.ranks;
    const CodecChain check(chains.back());  // refuses so many ranks before anything is measured
    widest = std::max(widest, chain_text(chains.back()).size());
  }
  const TensorRequest wanted = request(options.tensor);
  const TensorSet set = wanted.make();
  const auto report = make_compression_report(options.format, std::cout);
  report->begin(wanted.text, widest, !options.untimed);
  Progress progress(options.format != "text");
  for (std::size_t i = 0; i < chains.size(); ++i) {
    report->row(measured_row(chains[i], set, wanted.text, !options.untimed));
    progress.update(i + 1, chains.size());
  }
  report->end();
  return kSuccess;
}

void add(CommandOptions& command) {
  const auto options = std::make_shared<CompressOptions>();
  command.texts("--codec", options->codecs,
                "a codec or a chain, such as int8 or '[{top_k: {density: 1%}}, int8]'; again for "
                "more (default: one of each)",
                "CODEC");
  command.text("--tensor", options->tensor,
               "a .npy file, a kind such as normal, or '{kind: normal, rows: 64, columns: 64}', or "
               "'{model: gpt2}' (default: gradient)",
               "TENSOR");
  command.whole_number("--ranks", options->ranks,
                       "ranks whose messages add up, for which int8_shared leaves room (default: "
                       "1)",
                       1, kMostRanks);
  command.choice("--format", options->format, "text, json or csv", {"text", "json", "csv"});
  command.flag("--no-speed", options->untimed, "leave out how fast encoding and decoding are");
  command.on_run([options] { return measure(*options); });
}

const Registration<Command> kCompress{
    {.name = "compress",
     .summary = "codecs on real or generated tensors: ratio, error, speed",
     .order = 7,
     .add = add}};

}  // namespace
}  // namespace commsim::compress
