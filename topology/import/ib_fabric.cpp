#include "topology/import/ib_fabric.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <unordered_map>

#include "core/error.hpp"
#include "core/text_lines.hpp"

namespace commsim {
namespace {

constexpr std::size_t kMostPorts = std::size_t{1} << 22U;
constexpr int kMostPort = 255;
constexpr std::size_t kNobody = SIZE_MAX;

// One end of a cable, as its node lists it.
struct Port {
  std::size_t node = 0;
  int number = 0;
  std::string_view peer_id;
  int peer_number = 0;
  std::string_view rate;
  std::size_t offset = 0;
};

/// Walks along one line.
class Cursor {
 public:
  Cursor(const TextFile& file, const TextLines& line)
      : file_(file), text_(line.text()), begin_(line.begin()) {}

  void skip_blanks() { at_ = std::min(text_.find_first_not_of(" \t\r", at_), text_.size()); }
  void skip_to(char mark) { at_ = std::min(text_.find(mark, at_), text_.size()); }
  bool take(char mark) {
    skip_blanks();
    if (at_ >= text_.size() || text_[at_] != mark) return false;
    ++at_;
    return true;
  }
  void expect(char mark) {
    if (!take(mark)) fail(fmt::format("expected '{}'", mark));
  }
  // "[17]"
  int port() {
    expect('[');
    int number = 0;
    const char* end = text_.data() + text_.size();
    const auto [rest, error] = std::from_chars(text_.data() + at_, end, number);
    if (error != std::errc{} || number < 0 || number > kMostPort) {
      fail(fmt::format("expected the number of a port, from 0 to {}", kMostPort));
    }
    at_ = static_cast<std::size_t>(rest - text_.data());
    expect(']');
    return number;
  }
  std::string_view quoted() {
    expect('"');
    const std::size_t end = text_.find('"', at_);
    if (end == std::string_view::npos) fail("the quote is not closed");
    const std::string_view inside = text_.substr(at_, end - at_);
    at_ = end + 1;
    return inside;
  }
  // "(guid)" and "[ext 5]", if they are there.
  void skip_details() {
    while (true) {
      if (take('(')) {
        close(')');
      } else if (text_.substr(at_).starts_with("[ext")) {
        close(']');
      } else {
        return;
      }
    }
  }
  [[nodiscard]] std::size_t offset() const { return begin_ + at_; }
  [[noreturn]] void fail(std::string message) const { file_.fail(offset(), std::move(message)); }

 private:
  void close(char mark) {
    const std::size_t end = text_.find(mark, at_);
    if (end == std::string_view::npos) fail(fmt::format("expected '{}'", mark));
    at_ = end + 1;
  }

  const TextFile& file_;
  std::string_view text_;
  std::size_t begin_;
  std::size_t at_ = 0;
};

class FabricReader {
 public:
  explicit FabricReader(const TextFile& file) : file_(file), lines_(file) {}

  IbFabric read() {
    while (lines_.next()) read_line();
    if (fabric_.nodes.empty()) {
      file_.fail("there is no line 'Switch ...' or 'Ca ...'; expected what ibnetdiscover prints");
    }
    index_ports();
    for (const Port& port : ports_) join(port);
    return std::move(fabric_);
  }

 private:
  void read_line() {
    const auto words = lines_.words();
    if (words.empty()) {
      node_ = kNobody;  // an empty line ends a node
      return;
    }
    const std::string_view first = words.front().text;
    if (first.starts_with('[')) {
      read_port();
    } else if (first == "Switch" || first == "Ca") {
      read_node(words.front(), first == "Switch");
    } else if (first == "Rt") {
      file_.fail(words.front().offset, "a router joins fabrics; only one fabric can be read");
    } else if (!first.starts_with('#') && first.find('=') == std::string_view::npos) {
      file_.fail(words.front().offset,
                 fmt::format("unknown line '{}'; legal: Switch, Ca, ports such as [1], name=value "
                             "and comments",
                             first));
    }
  }

  void read_node(const Word& kind, bool is_switch) {
    Cursor line(file_, lines_);
    line.skip_to('"');
    const std::string_view id = line.quoted();
    std::string description;
    if (line.take('#')) description = line.quoted();
    node_ = fabric_.nodes.size();
    if (!by_id_.emplace(id, node_).second) {
      file_.fail(kind.offset, fmt::format("'{}' is there twice", id));
    }
    fabric_.nodes.push_back({.is_switch = is_switch,
                             .id = std::string(id),
                             .description = std::move(description),
                             .offset = kind.offset});
  }

  void read_port() {
    Cursor line(file_, lines_);
    line.skip_blanks();
    Port port{.node = node_, .offset = line.offset()};
    if (node_ == kNobody) line.fail("a port without a Switch or a Ca above it");
    if (ports_.size() >= kMostPorts) line.fail(fmt::format("more than {} ports", kMostPorts));
    port.number = line.port();
    line.skip_details();
    port.peer_id = line.quoted();
    port.peer_number = line.port();
    line.skip_details();
    // In the comment: # "description" lid 4 4xHDR, or # lid 4 lmc 0 "description" lid 1 4xHDR.
    for (const Word& word : lines_.words()) {
      if (looks_like_rate(word.text)) port.rate = word.text;
    }
    if (port.rate.empty()) line.fail("the width and speed are missing, such as 4xHDR");
    ports_.push_back(port);
  }

  static bool looks_like_rate(std::string_view word) {
    const std::size_t cross = word.find_first_not_of("0123456789");
    return cross != std::string_view::npos && cross > 0 && word[cross] == 'x' &&
           word.size() > cross + 1 && word[cross + 1] >= 'A' && word[cross + 1] <= 'Z';
  }

  static std::uint64_t key(std::size_t node, int port) {
    return static_cast<std::uint64_t>(node) << 8U | static_cast<std::uint64_t>(port);
  }

  void index_ports() {
    for (std::size_t i = 0; i < ports_.size(); ++i) {
      const Port& port = ports_[i];
      if (!at_.emplace(key(port.node, port.number), i).second) {
        file_.fail(port.offset, fmt::format("port {} of '{}' is there twice", port.number,
                                            fabric_.nodes[port.node].id));
      }
    }
  }

  void join(const Port& port) {
    const auto peer = by_id_.find(port.peer_id);
    if (peer == by_id_.end()) {
      file_.fail(port.offset, fmt::format("the cable leads to '{}', which the file does not have",
                                          port.peer_id));
    }
    const auto place = at_.find(key(peer->second, port.peer_number));
    if (place == at_.end()) {
      file_.fail(port.offset, fmt::format("port {} of '{}' does not list this cable",
                                          port.peer_number, port.peer_id));
    }
    const Port& back = ports_[place->second];
    if (back.peer_id != fabric_.nodes[port.node].id || back.peer_number != port.number ||
        back.rate != port.rate) {
      file_.fail(
          port.offset,
          fmt::format("port {} of '{}' says otherwise: to port {} of '{}' at {}", port.peer_number,
                      port.peer_id, back.peer_number, back.peer_id, back.rate));
    }
    if (peer->second == port.node) {
      file_.fail(port.offset, fmt::format("the cable joins '{}' to itself", port.peer_id));
    }
    if (&back < &port) return;  // added from the other end
    try {
      fabric_.cables.push_back(
          {.a = port.node, .b = peer->second, .bandwidth = ib_rate(port.rate)});
    } catch (const RequestError& refusal) {
      file_.fail(static_cast<std::size_t>(port.rate.data() - file_.text.data()), refusal.what());
    }
  }

  const TextFile& file_;
  TextLines lines_;
  IbFabric fabric_;
  std::size_t node_ = kNobody;
  std::unordered_map<std::string_view, std::size_t> by_id_;
  std::unordered_map<std::uint64_t, std::size_t> at_;  // node and port -> number in ports_
  std::vector<Port> ports_;
};

}  // namespace

IbFabric read_ib_fabric(const TextFile& file) { return FabricReader(file).read(); }

}  // namespace commsim
