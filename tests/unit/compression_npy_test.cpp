#include <gmock/gmock.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "collectives/compression/npy_file.hpp"
#include "core/diagnostics.hpp"
#include "core/random.hpp"

namespace commsim::compression_npy_test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

// A file as numpy.save writes it, padded to 64 bytes.
std::string npy(std::string_view dictionary, std::string_view data, char version = 1) {
  std::string header{dictionary};
  const std::size_t begin = version == 1 ? 10 : 12;
  while ((begin + header.size() + 1) % 64 != 0) header += ' ';
  header += '\n';
  std::string file{"\x93NUMPY"};
  file += version;
  file += '\0';
  file += static_cast<char>(header.size() & 255U);
  file += static_cast<char>(header.size() >> 8U);
  if (version > 1) file += std::string(2, '\0');
  return file + header + std::string(data);
}

template <typename Number>
std::string bytes_of(const std::vector<Number>& numbers) {
  std::string bytes(numbers.size() * sizeof(Number), '\0');
  std::memcpy(bytes.data(), numbers.data(), bytes.size());
  return bytes;
}

std::string header(std::string_view descr, std::string_view order, std::string_view shape) {
  return "{'descr': '" + std::string(descr) + "', 'fortran_order': " + std::string(order) +
         ", 'shape': " + std::string(shape) + ", }";
}

std::string message_of(std::string_view bytes) {
  try {
    const Tensor tensor = parse_npy("weights.npy", bytes);
    return "read " + std::to_string(tensor.values.size()) + " values";
  } catch (const ConfigError& error) {
    return error.what();
  }
}

void expect_refused(std::string_view bytes, std::string_view reason) {
  EXPECT_THAT(message_of(bytes),
              AllOf(StartsWith("weights.npy: error: "), HasSubstr(std::string(reason))));
}

const std::string kFour = bytes_of<float>({1, 2, 3, 4});

void expect_header_refused(std::string_view dictionary, std::string_view reason) {
  expect_refused(npy(dictionary, kFour), reason);
}

TEST(NpyFile, RefusesWhatIsNoNumpyFile) {
  expect_refused("", "is no NumPy file");
  expect_refused("NUMPY", "is no NumPy file");
  expect_refused("PK\x03\x04, as numpy.savez writes it", "is no NumPy file");
}

TEST(NpyFile, RefusesVersionsThatAreNotKnown) {
  expect_refused(npy(header("<f4", "False", "(4,)"), kFour, 4), "version 4.0");
  std::string minor = npy(header("<f4", "False", "(4,)"), kFour);
  minor[7] = 1;
  expect_refused(minor, "version 1.1");
}

TEST(NpyFile, RefusesEveryFileThatEndsTooEarlyOrTooLate) {
  for (const char version : {'\1', '\2'}) {
    const std::string whole = npy(header("<f4", "False", "(4,)"), kFour, version);
    EXPECT_EQ(message_of(whole), "read 4 values");
    for (std::size_t size = 0; size < whole.size(); ++size) {
      EXPECT_THAT(message_of(std::string_view(whole).substr(0, size)), HasSubstr("error"));
    }
    expect_refused(whole + '\0', "has 17 bytes of data: 4 elements of 4 bytes are announced");
  }
}

TEST(NpyFile, RefusesALongHeaderBeforeItReadsIt) {
  std::string file = npy(header("<f4", "False", "(4,)"), kFour, 2);
  file[11] = '\x7f';
  expect_refused(file, "at most 65536 are legal");
}

TEST(NpyFile, RefusesOtherTypesAndSaysWhichAreLegal) {
  for (const std::string_view type : {"<i4", "|i1", ">f4", "=f4", "f4", "<f16", "<c8", "|b1", ""}) {
    expect_header_refused(header(type, "False", "(4,)"), "legal are '<f2', '<f4' and '<f8'");
  }
  for (const std::string_view type : {"<V2", "|V2"}) {
    expect_header_refused(header(type, "False", "(4,)"), "save it as float32");
  }
  expect_header_refused("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (4,), }",
                        "holds records");
}

TEST(NpyFile, RefusesHeadersThatAreNotTheDictionaryOfTheFormat) {
  expect_header_refused("", "has no '{'");
  expect_header_refused("{}", "without all of");
  expect_header_refused("{'descr': '<f4', 'shape': (4,)}", "without all of");
  expect_header_refused("{'descr': '<f4', 'descr': '<f4', 'shape': (4,)}",
                        "'descr', which is unkno");
  expect_header_refused("{'descr': '<f4', 'order': 'C'}", "'order', which is unknown");
  expect_header_refused("{'descr': '<f4' 'shape': (4,)}", "has no ','");
  expect_header_refused("{'descr' '<f4'}", "has no ':'");
  expect_header_refused("{descr: '<f4'}", "has no text in quotes");
  expect_header_refused("{'descr", "a character that no name has");
  expect_header_refused("{'de\\x73cr': '<f4'}", "a character that no name has");
  expect_header_refused(header("<f4", "false", "(4,)"), "neither True nor False");
  expect_header_refused(header("<f4", "False", "(4,)") + "{}", "goes on");
  std::string unended = npy(header("<f4", "False", "(4,)"), kFour);
  unended[unended.size() - kFour.size() - 1] = ' ';
  expect_refused(unended, "has no line end");
}

TEST(NpyFile, RefusesShapesThatNoArrayHas) {
  expect_header_refused(header("<f4", "False", "(4)"), "a number and no tuple");
  expect_header_refused(header("<f4", "False", "4"), "has no '('");
  expect_header_refused(header("<f4", "False", "(2 2)"), "has no ','");
  expect_header_refused(header("<f4", "False", "(,)"), "has no whole number");
  expect_header_refused(header("<f4", "False", "(-4,)"), "negative");
  expect_header_refused(header("<f4", "False", "(4.0,)"), "has no ','");
  expect_header_refused(header("<f4", "False", "(99999999999999999999,)"), "too large");
  expect_header_refused(header("<f4", "False", "(0, 4)"), "has no elements");
  std::string dimensions = "(";
  for (int i = 0; i < 65; ++i) dimensions += "1, ";
  expect_header_refused(header("<f4", "False", dimensions + ")"), "more than 64 dimensions");
}

TEST(NpyFile, RefusesASizeThatTheFileDoesNotHaveBeforeItTakesMemory) {
  expect_header_refused(header("<f4", "False", "(4611686018427387905,)"), "are announced");
  expect_header_refused(header("<f4", "False", "(9223372036854775807,)"), "are announced");
  expect_header_refused(header("<f4", "False", "(4294967296, 4294967296)"), "can be counted");
  expect_header_refused(header("<f4", "False", "(3,)"), "has 16 bytes of data: 3 elements of 4");
  expect_header_refused(header("<f8", "False", "(4,)"), "4 elements of 8 bytes are announced");
}

TEST(NpyFile, RefusesNumbersThatSinglePrecisionCannotHold) {
  expect_refused(npy(header("<f8", "False", "(2,)"), bytes_of<double>({1, -1e39})),
                 "holds -1e+39, which is beyond single precision");
}

TEST(NpyFile, RefusesThreeDimensionsColumnByColumn) {
  expect_header_refused(header("<f4", "True", "(2, 2, 1)"), "numpy.ascontiguousarray");
}

TEST(NpyFile, RefusesFilesThatCannotBeRead) {
  EXPECT_THROW(read_npy("/no/such/file.npy"), ConfigError);
  EXPECT_THROW(read_npy(std::filesystem::temp_directory_path()), ConfigError);
  EXPECT_THROW(read_npy("/dev/zero"), ConfigError);
}

TEST(NpyFile, ReadsEachVersion) {
  for (const char version : {'\1', '\2', '\3'}) {
    const Tensor tensor =
        parse_npy("weights.npy", npy(header("<f4", "False", "(4,)"), kFour, version));
    EXPECT_EQ(tensor.name, "weights.npy");
    EXPECT_THAT(tensor.values, ElementsAre(1, 2, 3, 4));
  }
}

TEST(NpyFile, ReadsTheDictionaryInAnyOrderAndSpacing) {
  EXPECT_EQ(message_of(npy(R"({"shape":(4,),"fortran_order":True,"descr":"<f4"})", kFour)),
            "read 4 values");
  EXPECT_EQ(
      message_of(npy("{ 'shape' : ( 2 , 2 ) , 'descr' : '<f4' , 'fortran_order' : False }", kFour)),
      "read 4 values");
}

TEST(NpyFile, TakesTheFirstDimensionForRows) {
  const auto shape_of = [](std::string_view shape) {
    return parse_npy("", npy(header("<f4", "False", shape), kFour)).shape;
  };
  EXPECT_EQ(shape_of("(4,)"), (TensorShape{.rows = 1, .columns = 4}));
  EXPECT_EQ(shape_of("(4, 1)"), (TensorShape{.rows = 4, .columns = 1}));
  EXPECT_EQ(shape_of("(2, 1, 2)"), (TensorShape{.rows = 2, .columns = 2}));
  const std::string one = bytes_of<float>({5});
  EXPECT_EQ(parse_npy("", npy(header("<f4", "False", "()"), one)).shape,
            (TensorShape{.rows = 1, .columns = 1}));
}

TEST(NpyFile, TurnsAMatrixThatLiesColumnByColumn) {
  const Tensor tensor = parse_npy(
      "", npy(header("<f4", "True", "(2, 3)"), bytes_of<float>({11, 21, 12, 22, 13, 23})));
  EXPECT_EQ(tensor.shape, (TensorShape{.rows = 2, .columns = 3}));
  EXPECT_THAT(tensor.values, ElementsAre(11, 12, 13, 21, 22, 23));
}

TEST(NpyFile, RoundsDoublePrecisionAndKeepsWhatIsNotANumber) {
  const double infinity = std::numeric_limits<double>::infinity();
  const Tensor tensor = parse_npy(
      "",
      npy(header("<f8", "False", "(4,)"),
          bytes_of<double>({0.1, -infinity, std::numeric_limits<double>::quiet_NaN(), 1e-320})));
  EXPECT_EQ(tensor.values[0], 0.1F);
  EXPECT_EQ(tensor.values[1], -std::numeric_limits<float>::infinity());
  EXPECT_TRUE(std::isnan(tensor.values[2]));
  EXPECT_EQ(tensor.values[3], 0);
}

TEST(NpyFile, ReadsHalfPrecision) {
  // 1, -2, the largest, the smallest, infinity and NaN of IEEE 754 binary16.
  const Tensor tensor =
      parse_npy("", npy(header("<f2", "False", "(6,)"),
                        bytes_of<std::uint16_t>({0x3c00, 0xc000, 0x7bff, 0x0001, 0x7c00, 0x7e00})));
  EXPECT_EQ(tensor.values[0], 1);
  EXPECT_EQ(tensor.values[1], -2);
  EXPECT_EQ(tensor.values[2], 65504);
  EXPECT_EQ(tensor.values[3], 0x1p-24F);
  EXPECT_EQ(tensor.values[4], std::numeric_limits<float>::infinity());
  EXPECT_TRUE(std::isnan(tensor.values[5]));
}

TEST(NpyFile, ReadsAFileLikeItsBytes) {
  std::vector<double> numbers(300'000);  // more than one piece
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<double>(i) / 7;
  const std::string bytes = npy(header("<f8", "True", "(3, 100000)"), bytes_of(numbers));
  const auto path = std::filesystem::path(testing::TempDir()) / "commsim_npy_test.npy";
  std::ofstream(path, std::ios::binary) << bytes;
  const Tensor from_file = read_npy(path);
  std::filesystem::remove(path);
  const Tensor from_bytes = parse_npy(path.string(), bytes);
  EXPECT_EQ(from_file.name, path.string());
  EXPECT_EQ(from_file.shape, from_bytes.shape);
  EXPECT_EQ(from_file.values, from_bytes.values);
  EXPECT_EQ(from_file.values[1], static_cast<float>(numbers[3]));
}

TEST(NpyFile, GivesATensorOrALocatedErrorWhateverTheHeader) {
  const std::string whole = npy(header("<f4", "False", "(2, 2)"), kFour);
  Random random{1};
  int refused = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = whole;
    for (std::uint64_t changes = 1 + random.below(3); changes > 0; --changes) {
      bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
    }
    try {
      const Tensor tensor = parse_npy("", bytes);
      ASSERT_EQ(tensor.shape.elements(), static_cast<std::int64_t>(tensor.values.size()));
    } catch (const ConfigError&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 10'000);
}

}  // namespace
}  // namespace commsim::compression_npy_test
