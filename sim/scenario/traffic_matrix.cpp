#include "sim/scenario/traffic_matrix.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/tokenizer.hpp>
#include <optional>
#include <string>

namespace commsim::traffic_matrix {
namespace {

constexpr std::size_t kMostRanks = 4096;
constexpr Bytes kMost{std::int64_t{1} << 50U};  // 1 PiB, as for `size`

// Every row and every column stays within kMost if all blocks do that.
Bytes bounded(Bytes block) {
  constexpr Bytes kMostBlock{kMost.count() / std::int64_t{kMostRanks}};
  if (block <= kMostBlock) return block;
  throw RequestError(
      fmt::format("{} is too large; the limit is {}", to_text(block), to_text(kMostBlock)));
}

Bytes parse_block(std::string_view text) {
  return text == "0" ? Bytes{0} : bounded(parse_bytes(text));
}

bool is_square(const TrafficMatrix& matrix) {
  return std::ranges::all_of(matrix, [&](const auto& row) { return row.size() == matrix.size(); });
}

std::vector<Bytes> read_row(ConfigReader& section, const ConfigNode& row) {
  std::vector<Bytes> blocks;
  if (row.kind != ConfigNode::Kind::kSequence || row.items.empty()) {
    section.error_at(row, "matrix", "expected a list of sizes, such as [0, 1 MiB]");
    return blocks;
  }
  for (const ConfigNode& item : row.items) {
    try {
      if (item.kind != ConfigNode::Kind::kScalar)
        throw RequestError("expected a size, such as 1 MiB");
      blocks.push_back(parse_block(item.scalar));
    } catch (const RequestError& refusal) {
      section.error_at(item, "matrix", refusal.what());
      return {};
    }
  }
  return blocks;
}

TrafficMatrix read_rows(ConfigReader& section, const ConfigNode& rows) {
  TrafficMatrix matrix;
  if (rows.kind != ConfigNode::Kind::kSequence || rows.items.empty() ||
      rows.items.size() > kMostRanks) {
    section.error("matrix", fmt::format("expected a list of 1 to {} rows, one a rank, each a list "
                                        "of what it sends to each rank, or {{file: traffic.csv}}",
                                        kMostRanks));
    return matrix;
  }
  for (const ConfigNode& row : rows.items) {
    matrix.push_back(read_row(section, row));
    if (matrix.back().empty()) return {};
  }
  if (is_square(matrix)) return matrix;
  section.error("matrix",
                fmt::format("the matrix has {} rows; each must have as many sizes", matrix.size()));
  return {};
}

// The cells of a line, which begins at `offset` of the file.
std::vector<Bytes> parse_row(const TextFile& file, const std::string& line, std::size_t offset) {
  using Separator = boost::char_separator<char>;
  const boost::tokenizer<Separator> cells(line, Separator(",", "", boost::keep_empty_tokens));
  std::vector<Bytes> row;
  for (const std::string& cell : cells) {
    try {
      row.push_back(bounded(parse_bytes(cell + " B")));
    } catch (const RequestError& refusal) {
      file.fail(offset, fmt::format("expected a number of bytes: {}", refusal.what()));
    }
    offset += cell.size() + 1;
  }
  return row;
}

}  // namespace
}  // namespace commsim::traffic_matrix

namespace commsim {

TrafficMatrix parse_traffic_matrix(const TextFile& file) {
  TrafficMatrix matrix;
  std::size_t offset = 0;
  while (offset < file.text.size()) {
    const std::size_t end = std::min(file.text.find('\n', offset), file.text.size());
    std::string line = file.text.substr(offset, end - offset);
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty() && line.front() != '#') {
      std::vector<Bytes> row = traffic_matrix::parse_row(file, line, offset);
      if (!matrix.empty() && row.size() != matrix.front().size()) {
        file.fail(offset,
                  fmt::format("{} cells; the first row has {}", row.size(), matrix.front().size()));
      }
      if (row.size() > traffic_matrix::kMostRanks) {
        file.fail(offset, fmt::format("{} cells; legal: 1 to {}, one a rank", row.size(),
                                      traffic_matrix::kMostRanks));
      }
      matrix.push_back(std::move(row));
      if (matrix.size() > matrix.front().size()) {
        file.fail(offset, fmt::format("there are more rows than the {} cells of a row",
                                      matrix.front().size()));
      }
    }
    offset = end + 1;
  }
  if (matrix.empty()) file.fail("it has no rows");
  if (!traffic_matrix::is_square(matrix)) {
    file.fail(fmt::format("{} rows of {} cells; there must be as many, one a rank", matrix.size(),
                          matrix.front().size()));
  }
  return matrix;
}

TrafficMatrix read_traffic_matrix(ConfigReader& section) {
  const ConfigNode* node = section.raw("matrix");
  if (node == nullptr) return {};
  if (node->kind != ConfigNode::Kind::kMap) return traffic_matrix::read_rows(section, *node);
  ConfigReader named = section.section("matrix");
  const auto file = named.file("file");
  if (!file) {
    named.missing("file");
    return {};
  }
  return named.checked("file", [&] { return parse_traffic_matrix(*file); })
      .value_or(TrafficMatrix{});
}

}  // namespace commsim
