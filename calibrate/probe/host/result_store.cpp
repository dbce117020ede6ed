#include "calibrate/probe/host/result_store.hpp"

#include <cstddef>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

#include "calibrate/probe/host/atomic_file.hpp"
#include "calibrate/probe/host/output_error.hpp"
#include "calibrate/probe/host/row.hpp"
#include "calibrate/probe/host/text.hpp"

namespace commsim::probe {
namespace {

constexpr const char* kFailuresHeader =
    "suite,operation,dtype,algorithm,protocol,blocks,size_bytes,reason";

std::string made(std::string folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw OutputError(folder, error.value());
  return folder;
}

// The lines below the header, which a new file gets.
template <typename Take>
void take_lines(const std::string& file, LineLog& log, const std::string& header, Take take) {
  const auto& lines = log.found();
  if (lines.empty()) return log.append(header);
  if (lines.front() != header) throw std::invalid_argument(file + ":1: not a table of this probe");
  for (std::size_t i = 1; i < lines.size(); ++i) {
    try {
      take(lines[i]);
    } catch (const std::invalid_argument& fault) {
      throw std::invalid_argument(file + ":" + std::to_string(i + 1) + ": " + fault.what());
    }
  }
}

}  // namespace

ResultStore::ResultStore(std::string folder, const std::set<std::string>& suites)
    : folder_(made(std::move(folder))), failures_(folder_ + "/failures.csv") {
  for (const std::string& suite : suites) {
    const std::string file = folder_ + "/" + suite + ".csv";
    LineLog& log = tables_.emplace(suite, LineLog(file)).first->second;
    take_lines(file, log, header(suite), [&](const std::string& line) {
      known_.insert(key_of_row(suite, line));
      ++measured_;
    });
  }
  take_lines(folder_ + "/failures.csv", failures_, kFailuresHeader, [&](const std::string& line) {
    known_.insert(key(parse_case(line.substr(0, line.rfind(',')))));
    ++failed_;
  });
}

void ResultStore::add_row(const Case& which, const std::string& row) {
  tables_.at(which.suite).append(row);
  known_.insert(key(which));
  ++measured_;
}

void ResultStore::add_failure(const Case& which, const std::string& reason) {
  failures_.append(key(which) + "," + cell(reason));
  known_.insert(key(which));
  ++failed_;
}

void ResultStore::describe(const std::string& json) { replace_file(folder_ + "/probe.json", json); }

}  // namespace commsim::probe
