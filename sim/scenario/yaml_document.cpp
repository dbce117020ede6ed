#include "sim/scenario/yaml_document.hpp"

#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

#include "sim/scenario/yaml_origin.hpp"
#include "sim/scenario/yaml_text.hpp"
#include "sim/scenario/yaml_tree.hpp"

namespace commsim {
namespace {

struct Close {
  void operator()(std::FILE* file) const {
    std::fclose(file);  // NOLINT(cppcoreguidelines-owning-memory): this is the owner
  }
};

// Reads a little more than the most that is legal, which is enough to be refused: the file may be
// one that never ends.
std::string contents(const std::filesystem::path& path, const YamlOrigin& origin) {
  const auto refuse = [&](int reason) {
    origin.refuse("cannot be read: " + std::generic_category().message(reason));
  };
  const std::unique_ptr<std::FILE, Close> file{std::fopen(path.c_str(), "rb")};
  if (!file) refuse(errno);
  std::string text;
  constexpr std::size_t kPiece = std::size_t{1} << 16U;
  for (std::size_t length = 0; length <= kMostYamlBytes;) {
    text.resize(length + kPiece);
    const std::size_t got = std::fread(text.data() + length, 1, kPiece, file.get());
    length += got;
    text.resize(length);
    if (got < kPiece) {
      if (std::ferror(file.get()) != 0) refuse(errno);
      break;
    }
  }
  return text;
}

}  // namespace

ConfigDocument read_yaml_text(std::string_view text, std::string name) {
  ConfigDocument document;
  document.sources.push_back(std::move(name));
  const YamlOrigin origin{document.sources};
  document.root = yaml_tree(text, origin);
  if (document.root.kind == ConfigNode::Kind::kNull) {
    origin.refuse("the file is empty; a scenario starts with `version: 1`");
  }
  return document;
}

ConfigDocument read_yaml_file(const std::filesystem::path& file) {
  const std::vector<std::string> sources{file.string()};
  return read_yaml_text(contents(file, YamlOrigin{sources}), sources.front());
}

}  // namespace commsim
