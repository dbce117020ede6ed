#include "collectives/compression/npy_file.hpp"

#include <fmt/format.h>

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>

#include "collectives/compression/npy_header.hpp"
#include "core/index.hpp"

namespace commsim::npy_file {
namespace {

void check_size(const TextFile& file, const NpyHeader& header, std::uintmax_t size) {
  const std::uintmax_t data = size - header.size;
  const auto elements = static_cast<std::uintmax_t>(header.elements);
  // Divided, as the product may be too large.
  if (data / header.element_size != elements || data % header.element_size != 0) {
    file.fail(fmt::format("has {} bytes of data: {} elements of {} bytes are announced", data,
                          elements, header.element_size));
  }
  if (header.fortran_order && header.dimensions.size() > 2) {
    file.fail(
        "lies column by column, which is legal up to two dimensions: save "
        "numpy.ascontiguousarray of it");
  }
}

TensorShape shape_of(const NpyHeader& header) {
  if (header.dimensions.size() < 2) return {.rows = 1, .columns = header.elements};
  const std::int64_t rows = header.dimensions.front();
  return {.rows = rows, .columns = header.elements / rows};
}

float single_of(const TextFile& file, double number) {
  const auto most = static_cast<double>(std::numeric_limits<float>::max());
  if (!std::isfinite(number) || std::fabs(number) <= most) return static_cast<float>(number);
  file.fail(fmt::format("holds {}, which is beyond single precision", number));
}

template <typename Number, typename Convert>
void append(std::string_view bytes, std::vector<float>& values, const Convert& convert) {
  for (std::size_t at = 0; at < bytes.size(); at += sizeof(Number)) {
    Number number{};
    std::memcpy(&number, bytes.data() + at, sizeof number);
    values.push_back(convert(number));
  }
}

// Appends whole elements.
void append(const TextFile& file, std::size_t element_size, std::string_view bytes,
            std::vector<float>& values) {
  if (element_size == sizeof(std::uint16_t)) {
    append<std::uint16_t>(bytes, values, [](std::uint16_t bits) {
      return static_cast<float>(Eigen::numext::bit_cast<Eigen::half>(bits));
    });
  } else if (element_size == sizeof(float)) {
    append<float>(bytes, values, [](float number) { return number; });
  } else {
    append<double>(bytes, values, [&](double number) { return single_of(file, number); });
  }
}

Tensor finished(const TextFile& file, const NpyHeader& header, std::vector<float> values) {
  using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Tensor tensor{.name = file.name, .shape = shape_of(header), .values = std::move(values)};
  const auto [rows, columns] = tensor.shape;
  if (header.fortran_order && rows > 1 && columns > 1) {
    std::vector<float> turned(tensor.values.size());
    Eigen::Map<Matrix>(turned.data(), rows, columns) =
        Eigen::Map<const Matrix>(tensor.values.data(), columns, rows).transpose();
    tensor.values.swap(turned);
  }
  return tensor;
}

void check_most(const TextFile& file, std::uintmax_t size) {
  if (size > kMostNpyBytes) {
    file.fail(fmt::format("is larger than the {} bytes that are legal", kMostNpyBytes));
  }
}

}  // namespace
}  // namespace commsim::npy_file

namespace commsim {

Tensor parse_npy(std::string_view name, std::string_view bytes) {
  using namespace npy_file;
  const TextFile file{.name = std::string(name), .text = {}};
  check_most(file, bytes.size());
  const NpyHeader header = parse_npy_header(file, bytes);
  check_size(file, header, bytes.size());
  std::vector<float> values;
  values.reserve(index(header.elements));
  append(file, header.element_size, bytes.substr(header.size), values);
  return finished(file, header, std::move(values));
}

Tensor read_npy(const std::filesystem::path& path) {
  using namespace npy_file;
  const TextFile file{.name = path.string(), .text = {}};
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error) file.fail("cannot be read: " + error.message());
  check_most(file, size);
  std::ifstream stream(path, std::ios::binary);
  if (!stream) file.fail("cannot be read: it cannot be opened");
  std::string piece;
  const auto read = [&](std::uintmax_t bytes) {
    piece.resize(bytes);
    if (!stream.read(piece.data(), static_cast<std::streamsize>(bytes))) {
      file.fail("cannot be read to its end");
    }
  };

  read(std::min<std::uintmax_t>(size, kMostNpyHeader));
  const NpyHeader header = parse_npy_header(file, piece);
  check_size(file, header, size);
  std::vector<float> values;
  values.reserve(index(header.elements));
  stream.seekg(static_cast<std::streamoff>(header.size));
  constexpr std::uintmax_t kPiece = std::uintmax_t{1} << 20U;  // of whole elements of any type
  for (std::uintmax_t left = size - header.size; left > 0; left -= piece.size()) {
    read(std::min(left, kPiece));
    append(file, header.element_size, piece, values);
  }
  return finished(file, header, std::move(values));
}

}  // namespace commsim
