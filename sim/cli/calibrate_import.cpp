#include "sim/cli/calibrate_import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <utility>

#include "calibrate/own_choice.hpp"
#include "calibrate/profile.hpp"
#include "collectives/compression/codec.hpp"
#include "core/quantity_text.hpp"
#include "sim/cli/measurement_options.hpp"
#include "sim/cli/written_file.hpp"
#include "sim/scenario/profile_file.hpp"

namespace commsim::calibrate_import {
namespace {

struct ImportOptions {
  std::vector<std::string> logs;
  std::string output;
  std::string name = "measured";
  MeasurementOptions measurements;
};

std::string band_text(const std::optional<double>& factor) {
  return factor ? fmt::format("{:.1f} %", 100 * (*factor - 1)) : "not known, too few sizes";
}

void report(const ProfileTable& table) {
  std::cerr << fmt::format(
      "{}: sizes {}, regimes {}; error of nine in ten unseen sizes: below 1 MiB {}, from there "
      "{}\n",
      table.title(), table.fit.curve.knots().size(), table.fit.regimes.size(),
      band_text(table.fit.band.below_mebibyte), band_text(table.fit.band.from_mebibyte));
}

void add_provenance(Profile& profile, const std::string& key, const std::string& value) {
  const auto known = [&](const auto& entry) { return entry.first == key; };
  if (value.empty() || std::ranges::any_of(profile.provenance, known)) return;
  profile.provenance.emplace_back(key, value);
}

void add_logs(std::vector<Measurements>& logs, Profile& profile) {
  if (logs.empty()) return;
  for (Measurements& measurements : logs) {
    keep_own_choice(measurements);
    for (const std::string& note : measurements.notes) std::cerr << note << '\n';
    add_provenance(profile, measurements.file, measurements.format);
    add_provenance(profile, measurements.file + " device", measurements.runs.front().device);
    add_provenance(profile, measurements.file + " version", measurements.runs.front().version);
  }
  FittedTables fitted = fit_tables(logs);
  for (const std::string& note : fitted.notes) std::cerr << note << '\n';
  profile.tables = std::move(fitted.tables);
  for (const ProfileTable& table : profile.tables) report(table);
}

void add_codecs(const CodecTable& table, Profile& profile) {
  add_provenance(profile, table.file, "codecs");
  for (const std::string& note : table.notes) std::cerr << note << '\n';
  for (const CodecRate& rate : table.rates) {
    const auto same = [&](const CodecRate& other) { return other.codec == rate.codec; };
    if (std::ranges::any_of(profile.codecs, same)) {
      throw RequestError(
          fmt::format("{}: another table has {} already, and a profile has one speed of a codec",
                      table.file, rate.codec));
    }
    std::cerr << fmt::format("{}: encodes {}, decodes {}\n", rate.codec, to_text(rate.encode),
                             to_text(rate.decode));
    profile.codecs.push_back(rate);
  }
}

ExitCode import_logs(const ImportOptions& options) {
  Imported all;
  for (const std::string& log : options.logs) {
    const TextFile file = read_text_file(log);
    if (is_codec_table(file)) {
      all.codecs.push_back(import_codecs(file));
    } else {
      all.logs.push_back(options.measurements.read(file));
    }
  }
  write_profile(std::move(all), options.name, options.output);
  return kSuccess;
}

}  // namespace
}  // namespace commsim::calibrate_import

namespace commsim {

CodecTable import_codecs(const TextFile& file) {
  return read_codec_table(file, Registry<Codec>::names());
}

void write_profile(Imported all, const std::string& name, const std::string& output) {
  using namespace calibrate_import;
  Profile profile{.name = name, .provenance = {}, .tables = {}};
  add_logs(all.logs, profile);
  for (const CodecTable& table : all.codecs) add_codecs(table, profile);
  const std::string text = profile_text(profile);
  if (output.empty()) {
    std::cout << text;
    return;
  }
  AtomicFile file(output);
  file.stream() << text;
  commit_aloud(file);
}

void add_calibrate_import(CommandOptions& command) {
  const auto options = std::make_shared<calibrate_import::ImportOptions>();
  command.required("LOG", options->logs,
                   "what a benchmark printed: nccl-tests, OSU, IMB, CSV ...; or the "
                   "probe's codecs.csv",
                   true);
  command.text("-o,--output", options->output, "write the profile to FILE", "FILE");
  command.text("--name", options->name, "what the profile is called", "NAME");
  options->measurements.add_to(command);
  command.on_run([options] { return calibrate_import::import_logs(*options); });
}

}  // namespace commsim
