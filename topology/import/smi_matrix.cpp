#include "topology/import/smi_matrix.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "core/text_lines.hpp"

namespace commsim {
namespace {

constexpr std::size_t kMostDevices = 256;
constexpr int kMostLanes = 1024;

struct PathName {
  std::string_view text;
  SmiPath path;
};

constexpr std::array kPaths = {
    PathName{"X", SmiPath::kSelf},    PathName{"PIX", SmiPath::kPix},
    PathName{"PXB", SmiPath::kPxb},   PathName{"PHB", SmiPath::kPhb},
    PathName{"NODE", SmiPath::kNode}, PathName{"SYS", SmiPath::kSys},
};

std::optional<int> whole(std::string_view text, int most) {
  int value = 0;
  const auto [rest, error] = std::from_chars(text.begin(), text.end(), value);
  if (error != std::errc{} || rest != text.end() || value < 0 || value > most) return std::nullopt;
  return value;
}

bool is_gpu(std::string_view name) {
  return name.starts_with("GPU") && whole(name.substr(3), UINT16_MAX);
}

class MatrixReader {
 public:
  explicit MatrixReader(const TextFile& file) : file_(file), lines_(file) {}

  SmiMatrix read() {
    read_header();
    for (std::size_t row = 0; row < matrix_.size(); ++row) read_row(row);
    refuse_asymmetry();
    return std::move(matrix_);
  }

 private:
  void read_header() {
    while (lines_.next()) {
      const auto words = lines_.words();
      if (words.empty() || !is_gpu(words.front().text)) continue;
      for (const Word& word : words) {
        // "CPU Affinity", "NUMA Affinity" and "GPU NUMA ID" follow the devices.
        if (word.text == "CPU" || word.text == "NUMA" || word.text == "GPU") break;
        add_device(word);
      }
      numa_known_ = std::ranges::count(words, "NUMA", &Word::text) > 0;
      return;
    }
    file_.fail(
        "there is no line of column heads 'GPU0 GPU1 ...'; expected what 'nvidia-smi topo -m' "
        "prints");
  }

  void add_device(const Word& word) {
    if (matrix_.size() >= kMostDevices) {
      file_.fail(word.offset, fmt::format("there are more than {} columns", kMostDevices));
    }
    std::string name(word.text);
    if (std::ranges::count(matrix_.devices, name, &SmiMatrix::Device::name) > 0) {
      file_.fail(word.offset, fmt::format("the column '{}' is there twice", name));
    }
    matrix_.devices.push_back({.name = name, .gpu = is_gpu(name), .numa = {}});
  }

  void read_row(std::size_t row) {
    SmiMatrix::Device& device = matrix_.devices[row];
    std::vector<Word> words;
    while (words.empty()) {
      if (!lines_.next()) {
        file_.fail(file_.text.size(), fmt::format("the row of '{}' is missing", device.name));
      }
      words = lines_.words();
    }
    if (words.front().text != device.name) {
      file_.fail(words.front().offset,
                 fmt::format("expected the row of '{}', found '{}'; rows have the order of columns",
                             device.name, words.front().text));
    }
    if (words.size() <= matrix_.size()) {
      file_.fail(lines_.end(), fmt::format("the row of '{}' has {} cells for {} columns",
                                           device.name, words.size() - 1, matrix_.size()));
    }
    for (std::size_t column = 0; column < matrix_.size(); ++column) {
      const bool gpus = device.gpu && matrix_.devices[column].gpu;
      matrix_.cells.push_back(cell(words[column + 1], row == column, gpus));
    }
    // After the cells: the processors, then the NUMA node; NICs have neither.
    const std::size_t numa = matrix_.size() + 2;
    if (numa_known_ && device.gpu && words.size() > numa && words[numa].text != "N/A") {
      device.numa = words[numa].text;
    }
  }

  [[nodiscard]] SmiMatrix::Cell cell(const Word& word, bool diagonal, bool gpus) const {
    SmiMatrix::Cell cell{.offset = word.offset};
    const auto known = std::ranges::find(kPaths, word.text, &PathName::text);
    if (known != kPaths.end()) {
      cell.path = known->path;
    } else if (const auto lanes =
                   whole(word.text.starts_with("NV") ? word.text.substr(2) : "", kMostLanes);
               gpus && lanes && *lanes > 0) {
      cell.path = SmiPath::kNv;
      cell.lanes = *lanes;
    } else {
      file_.fail(
          word.offset,
          fmt::format("unknown cell '{}'; legal: X, PIX, PXB, PHB, NODE, SYS, and NV1, NV2, ... "
                      "between GPUs",
                      word.text));
    }
    if ((cell.path == SmiPath::kSelf) != diagonal) {
      file_.fail(word.offset, diagonal ? "expected X, for a device and itself"
                                       : "X stands for a device and itself");
    }
    return cell;
  }

  void refuse_asymmetry() const {
    for (std::size_t second = 0; second < matrix_.size(); ++second) {
      for (std::size_t first = 0; first < second; ++first) {
        const auto& below = matrix_.at(second, first);
        const auto& above = matrix_.at(first, second);
        if (below.path == above.path && below.lanes == above.lanes) continue;
        file_.fail(below.offset,
                   fmt::format("'{}' to '{}' differs from the way back",
                               matrix_.devices[second].name, matrix_.devices[first].name));
      }
    }
  }

  const TextFile& file_;
  TextLines lines_;
  SmiMatrix matrix_;
  bool numa_known_ = false;
};

}  // namespace

SmiMatrix read_smi_matrix(const TextFile& file) { return MatrixReader(file).read(); }

}  // namespace commsim
