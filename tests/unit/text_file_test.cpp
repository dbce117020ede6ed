#include "core/text_file.hpp"

#include <gmock/gmock.h>

#include "core/diagnostics.hpp"

namespace commsim::text_file_test {
namespace {

using testing::HasSubstr;

std::string failure(const TextFile& file, std::size_t offset) {
  try {
    file.fail(offset, "wrong");
  } catch (const ConfigError& error) {
    return error.what();
  }
}

TEST(TextFile, NamesLineAndColumnOfAnOffset) {
  const TextFile file{.name = "f", .text = "ab\n\ncd"};
  EXPECT_THAT(failure(file, 0), HasSubstr("f:1:1: error: wrong"));
  EXPECT_THAT(failure(file, 2), HasSubstr("f:1:3: error: wrong"));
  EXPECT_THAT(failure(file, 3), HasSubstr("f:2:1: error: wrong"));
  EXPECT_THAT(failure(file, 5), HasSubstr("f:3:2: error: wrong"));
  EXPECT_THAT(failure(file, 99), HasSubstr("f:3:3: error: wrong"));
}

TEST(TextFile, RefusesWhatCannotBeReadOrIsTooLarge) {
  EXPECT_THROW(std::ignore = read_text_file("no/such/file"), ConfigError);
  EXPECT_THROW(std::ignore = read_text_file(COMMSIM_SOURCE_DIR), ConfigError);
  const std::string file = COMMSIM_SOURCE_DIR "/CMakeLists.txt";
  EXPECT_THROW(std::ignore = read_text_file(file, 10), ConfigError);
  EXPECT_THAT(read_text_file(file).text, HasSubstr("project(commsim"));
}

}  // namespace
}  // namespace commsim::text_file_test
