// Measured times of collectives, read from the logs and tables that benchmarks print: nccl-tests,
// OSU, IMB, perftest, CSV. Readers register themselves (calibrate/readers/); docs/calibration.md
// lists what each accepts.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/text_file.hpp"
#include "core/units.hpp"

namespace commsim {

/// One measured time of one size. A size that stands twice in a run is a repetition.
struct MeasuredRow {
  /// As nccl-tests counts: the larger of a rank's two buffers, which is the total over ranks for
  /// all_gather, reduce_scatter, all_to_all, gather and scatter. Never zero.
  Bytes size;
  /// Out of place; in place where nothing else was measured. Always more than zero.
  Duration time{0};
  std::optional<Duration> in_place;
  /// Where the row stands, from 1.
  int line = 0;
  /// The benchmark itself counted wrong values.
  bool wrong = false;
  /// No time was printed: it is computed from a rate, whose few digits limit its accuracy.
  bool derived = false;
};

/// One collective on one set of ranks.
struct MeasuredRun {
  /// commsim's name (all_reduce, all_gather, reduce_scatter, broadcast, reduce, all_to_all, gather,
  /// scatter, send_recv); empty if neither text nor hints say. send_recv is one message in one
  /// direction, or, in nccl-tests, a ring in which every rank sends to the next.
  std::string collective;
  /// 0: unknown, these three.
  int ranks = 0;
  int nodes = 0;
  int gpus_per_node = 0;
  /// As printed; empty: unknown, these six.
  std::string dtype;
  std::string algorithm;
  std::string protocol;
  std::string redop;    // "sum", "prod", ...; "none" where nothing is reduced
  std::string version;  // of NCCL or RCCL
  std::string device;   // the GPU
  /// Where its table begins, from 1.
  int line = 0;
  /// In the order of the file; one or more.
  std::vector<MeasuredRow> rows;
};

struct Measurements {
  std::string file;
  std::string format;
  std::vector<MeasuredRun> runs;
  /// Sentences for people on what was assumed or left out.
  std::vector<std::string> notes;
};

/// What the user knows about a file. The text wins where it speaks, but a hint that contradicts it
/// is refused.
struct MeasurementHints {
  std::string format = "auto";
  std::string collective;
  int ranks = 0;
  int nodes = 0;
};

/// Reads a file of at most 64 MiB. Throws RequestError for a hint that cannot be, ConfigError with
/// file, line and column for anything in the file that looks like a measurement and is none, and
/// for a file of no known format or without a measurement. Time is linear in the file.
Measurements read_measurements(const std::filesystem::path& path,
                               const MeasurementHints& hints = {});
/// The same of a text that is at hand.
Measurements read_measurements(const TextFile& file, const MeasurementHints& hints = {});

/// commsim's name of a collective that a benchmark calls `name` ("AllReduce", "osu_allreduce",
/// "all_reduce_perf", "alltoall"); empty if it is none.
std::string_view collective_name(std::string_view name);

/// Whether it is a reduction, and another than the sum, which is what all that say nothing mean.
bool is_other_reduction(std::string_view redop);
/// Whether they are the same reduction; a sum is the same as what says nothing.
bool same_reduction(std::string_view a, std::string_view b);

/// What bus bandwidth is to algorithm bandwidth: 2(n-1)/n for all_reduce; (n-1)/n for all_gather,
/// reduce_scatter, all_to_all, gather and scatter; 1 for the others (nccl-tests,
/// doc/PERFORMANCE.md). REQUIRES: a name that collective_name gives, ranks > 0.
double bus_factor(std::string_view collective, int ranks);

}  // namespace commsim
