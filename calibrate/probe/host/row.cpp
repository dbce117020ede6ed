#include "calibrate/probe/host/row.hpp"

#include <stdexcept>
#include <vector>

#include "calibrate/probe/host/text.hpp"

namespace commsim::probe {
namespace {

enum Column { kSize = 0, kDtype = 2, kOperation = 13, kAlgorithm = 16, kProtocol, kBlocks };

std::vector<std::string> columns(const std::string& suite) {
  const std::string operation = suite == "nccl" ? "collective" : "operation";
  std::vector<std::string> names = {"size_bytes",
                                    "count",
                                    "dtype",
                                    "redop",
                                    "root",
                                    "time_us_oop",
                                    "algbw_oop",
                                    "busbw_oop",
                                    "time_us_ip",
                                    "algbw_ip",
                                    "busbw_ip",
                                    "wrong",
                                    "spread_oop",
                                    operation,
                                    "ranks",
                                    "nodes",
                                    "algorithm",
                                    "protocol",
                                    "blocks",
                                    "p5_us_oop",
                                    "p95_us_oop",
                                    "p5_us_ip",
                                    "p95_us_ip",
                                    "repeats",
                                    "batch",
                                    "estimate_us",
                                    "tflops",
                                    "sm_clock_mhz",
                                    "memory_clock_mhz",
                                    "what"};
  if (suite == "codecs") names.insert(names.end(), {"moved_bytes", "copy_us", "copy_share"});
  return names;
}

std::string joined(const std::vector<std::string>& cells) {
  std::string line;
  for (const std::string& text : cells) {
    if (&text != &cells.front()) line += ',';
    line += text;
  }
  return line;
}

// Bytes in a microsecond are MB in a second.
double rate(std::uint64_t bytes, double time) {
  constexpr double kMegaPerGiga = 1e3;
  return static_cast<double>(bytes) / time / kMegaPerGiga;
}

void add_place(std::vector<std::string>& cells, const Result& result, const Sample* sample) {
  if (sample == nullptr) {
    cells.insert(cells.end(), 3, "");
    return;
  }
  const double algorithm_rate = rate(result.which.size, sample->median);
  cells.push_back(decimal(sample->median));
  cells.push_back(decimal(algorithm_rate));
  cells.push_back(decimal(algorithm_rate * result.facts.bus_factor));
}

void add_percentiles(std::vector<std::string>& cells, const Sample* sample) {
  cells.push_back(sample == nullptr ? "" : decimal(sample->p5));
  cells.push_back(sample == nullptr ? "" : decimal(sample->p95));
}

std::string known(unsigned clock) { return clock == 0 ? "" : std::to_string(clock); }

}  // namespace

std::string header(const std::string& suite) { return joined(columns(suite)); }

std::string row(const Result& result) {
  constexpr double kFlopsPerMicrosecondInTera = 1e6;
  const Case& which = result.which;
  const Facts& facts = result.facts;
  const Sample* out = &result.out_of_place;
  const Sample* in = result.in_place ? &*result.in_place : nullptr;
  std::vector<std::string> cells = {std::to_string(which.size), std::to_string(facts.count),
                                    cell(which.dtype), cell(facts.redop),
                                    std::to_string(facts.root)};
  add_place(cells, result, out);
  add_place(cells, result, in);
  cells.push_back(result.wrong ? std::to_string(*result.wrong) : "");
  cells.push_back(decimal((out->p95 - out->p5) / out->median));
  cells.push_back(cell(which.operation));
  cells.push_back(std::to_string(facts.ranks));
  cells.push_back(std::to_string(facts.nodes));
  cells.push_back(cell(which.algorithm));
  cells.push_back(cell(which.protocol));
  cells.push_back(std::to_string(which.blocks));
  add_percentiles(cells, out);
  add_percentiles(cells, in);
  cells.push_back(std::to_string(out->repeats.size()));
  cells.push_back(std::to_string(out->batch));
  cells.push_back(facts.estimate ? decimal(*facts.estimate) : "");
  cells.push_back(facts.flops > 0 ? decimal(facts.flops / out->median / kFlopsPerMicrosecondInTera)
                                  : "");
  cells.push_back(known(result.clocks.multiprocessor));
  cells.push_back(known(result.clocks.memory));
  cells.push_back(cell(facts.what));
  if (which.suite == "codecs") {
    cells.push_back(std::to_string(facts.moved));
    cells.push_back(decimal(facts.copy_time));
    cells.push_back(decimal(facts.copy_time / out->median));
  }
  return joined(cells);
}

std::string key_of_row(const std::string& suite, const std::string& row) {
  const auto cells = split(row, ',');
  if (cells.size() != columns(suite).size()) {
    throw std::invalid_argument("a row of " + std::to_string(cells.size()) + " cells");
  }
  return key({suite, cells[kOperation], cells[kDtype], cells[kAlgorithm], cells[kProtocol],
              static_cast<int>(parse_count(cells[kBlocks])), parse_count(cells[kSize])});
}

}  // namespace commsim::probe
