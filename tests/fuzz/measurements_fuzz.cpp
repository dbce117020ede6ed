// Whatever the bytes, every reader of measurements gives rows that can be used, or a located error.
#include "calibrate/measurements.hpp"
#include "core/diagnostics.hpp"
#include "core/error.hpp"
#include "tests/fuzz/import_input.hpp"

namespace {

void read(const commsim::TextFile& file, const commsim::MeasurementHints& hints) {
  using namespace commsim;
  try {
    const Measurements measurements = read_measurements(file, hints);
    ensure(!measurements.runs.empty(), "a file without runs is accepted");
    for (const MeasuredRun& run : measurements.runs) {
      ensure(!run.rows.empty() && run.line > 0, "a run has no rows");
      for (const MeasuredRow& row : run.rows) {
        ensure(row.size > Bytes{0} && row.time > Duration{0}, "a row has no size or no time");
        ensure(row.line >= run.line, "a row stands before its table");
      }
    }
  } catch (const ConfigError&) {
    // The only refusal that is allowed.
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const commsim::TextFile file = commsim::fuzz::input(data, size);
  for (const char* format : {"csv", "imb", "nccl_tests", "nccl_tests_json", "osu", "perftest"}) {
    read(file, {.format = format, .collective = {}});
    read(file, {.format = format, .collective = "all_gather", .ranks = 8, .nodes = 2});
  }
  read(file, {});
  return 0;
}
