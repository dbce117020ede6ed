#include "core/text_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

#include "core/diagnostics.hpp"

namespace commsim {
namespace {

struct Close {
  void operator()(std::FILE* file) const {
    std::fclose(file);  // NOLINT(cppcoreguidelines-owning-memory): this is the owner
  }
};

[[noreturn]] void fail_at(const std::string& name, Mark mark, std::string message) {
  throw ConfigError({name}, {{.mark = mark, .path = {}, .text = std::move(message)}});
}

}  // namespace

void TextFile::fail(std::size_t offset, std::string message) const {
  const std::size_t at = std::min(offset, text.size());
  const auto begin = text.begin();
  const auto here = begin + static_cast<std::ptrdiff_t>(at);
  const auto line = std::count(begin, here, '\n') + 1;
  const std::size_t before = at == 0 ? std::string::npos : text.rfind('\n', at - 1);
  const std::size_t start = before == std::string::npos ? 0 : before + 1;
  fail_at(name,
          {.source = 0, .line = static_cast<int>(line), .column = static_cast<int>(at - start + 1)},
          std::move(message));
}

void TextFile::fail(std::string message) const { fail_at(name, {}, std::move(message)); }

TextFile read_text_file(const std::filesystem::path& path, std::size_t most) {
  TextFile result{.name = path.string(), .text = {}};
  const auto refuse = [&](int reason) {
    result.fail("cannot be read: " + std::generic_category().message(reason));
  };
  const std::unique_ptr<std::FILE, Close> file{std::fopen(path.c_str(), "rb")};
  if (!file) refuse(errno);
  constexpr std::size_t kPiece = std::size_t{1} << 16U;
  for (std::size_t length = 0;;) {
    result.text.resize(length + kPiece);
    const std::size_t got = std::fread(result.text.data() + length, 1, kPiece, file.get());
    length += got;
    result.text.resize(length);
    if (length > most) {
      result.fail(fmt::format("is larger than the {} bytes that are legal", most));
    }
    if (got < kPiece) {
      if (std::ferror(file.get()) != 0) refuse(errno);
      return result;
    }
  }
}

}  // namespace commsim
