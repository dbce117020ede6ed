#include "sim/scenario/yaml_events.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>

namespace commsim {
namespace {

// yaml-cpp counts from 0.
Mark mark_of(const YAML::Mark& mark, const YamlOrigin& origin) {
  return mark.is_null() ? Mark{origin.source, 0, 0} : origin.mark(mark.line + 1, mark.column + 1);
}

std::string reason_of(const YAML::Exception& error, std::string_view text) {
  const bool in_quotes =
      error.msg == YAML::ErrorMsg::DOC_IN_SCALAR || error.msg == YAML::ErrorMsg::EOF_IN_SCALAR;
  const bool at_the_end = error.mark.pos >= static_cast<int>(text.size());
  return in_quotes && at_the_end ? "the text ends inside quotes" : error.msg;
}

// Tabs look like spaces and are the usual reason for an error that nobody can see.
std::string_view tab_hint(std::string_view text, const YAML::Mark& mark) {
  for (int line = 0; line < mark.line && !text.empty(); ++line) {
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  }
  const std::string_view indentation = text.substr(0, text.find_first_not_of(" \t"));
  const bool has_tab = indentation.find('\t') != std::string_view::npos;
  return has_tab ? "; this line is indented with a tab, YAML wants spaces" : "";
}

// Exceptions thrown here pass through the parser, which ends its own recursion too.
class Recorder : public YAML::EventHandler {
 public:
  explicit Recorder(const YamlOrigin& origin) : origin_(origin) {}

  std::vector<YamlEvent> take() && { return std::move(events_); }

  // For errors that something has no end: where it begins.
  [[nodiscard]] std::string place_of_open(const YAML::Exception& error) const {
    if (open_.empty() || !origin_.has_lines || !error.msg.starts_with("end of ")) return {};
    const Mark begin = events_[open_.back()].mark;
    return fmt::format("; it begins at {}:{}", begin.line, begin.column);
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ > 0) {
      origin_.refuse(mark_of(mark, origin_),
                     "a second document begins here; a file holds only one");
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add({YamlEvent::Kind::kNull, mark_of(mark, origin_)}, anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_tag(mark, tag);
    add({YamlEvent::Kind::kScalar, mark_of(mark, origin_), value}, anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const Mark place = mark_of(mark, origin_);
    if (anchor >= starts_.size()) origin_.refuse(place, "this alias names nothing");
    const std::size_t target = starts_[anchor];
    if (std::find(open_.begin(), open_.end(), target) != open_.end()) {
      origin_.refuse(place, "this alias stands inside what it names (cyclic)");
    }
    add({YamlEvent::Kind::kAlias, place, {}, target}, 0);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    refuse_tag(mark, tag);
    open({YamlEvent::Kind::kSequence, mark_of(mark, origin_)}, anchor);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    refuse_tag(mark, tag);
    open({YamlEvent::Kind::kMap, mark_of(mark, origin_)}, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  // "?" and "!" are what yaml-cpp calls a plain and a quoted node without a tag.
  void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    origin_.refuse(mark_of(mark, origin_), fmt::format("the tag '{}' has no meaning here", tag));
  }

  void add(YamlEvent event, YAML::anchor_t anchor) {
    if (anchor != 0) {
      starts_.resize(std::max<std::size_t>(starts_.size(), anchor + 1));
      starts_[anchor] = events_.size();
    }
    weight_ += yaml_weight(event.text);
    if (weight_ > kMostYamlNodes) {
      origin_.refuse(event.mark, fmt::format("the text holds more than {} values", kMostYamlNodes));
    }
    events_.push_back(std::move(event));
  }

  void open(YamlEvent event, YAML::anchor_t anchor) {
    if (open_.size() == kMostYamlDepth) {
      origin_.refuse(event.mark, fmt::format("nested deeper than {} levels", kMostYamlDepth));
    }
    open_.push_back(events_.size());
    add(std::move(event), anchor);
  }

  void close() {
    open_.pop_back();
    events_.push_back({YamlEvent::Kind::kEnd, {}});
  }

  const YamlOrigin& origin_;
  std::vector<YamlEvent> events_;
  std::vector<std::size_t> open_;    // the sequences and maps that have not ended, outermost first
  std::vector<std::size_t> starts_;  // anchor -> event; yaml-cpp numbers anchors from 1
  std::size_t weight_ = 0;
  int documents_ = 0;
};

}  // namespace

std::vector<YamlEvent> yaml_events(std::string_view text, const YamlOrigin& origin) {
  // yaml-cpp takes the end of the text for the end of a quote that nobody closed, but refuses the
  // end of a document there.
  const bool open_line = !text.empty() && text.back() != '\n';
  std::istringstream stream{std::string(text) + (open_line ? "\n...\n" : "...\n")};
  Recorder recorder{origin};
  try {
    YAML::Parser parser{stream};
    while (parser.HandleNextDocument(recorder)) {
    }
  } catch (const YAML::Exception& error) {
    origin.refuse(mark_of(error.mark, origin),
                  fmt::format("not YAML: {}{}{}", reason_of(error, text),
                              recorder.place_of_open(error), tab_hint(text, error.mark)));
  }
  return std::move(recorder).take();
}

}  // namespace commsim
