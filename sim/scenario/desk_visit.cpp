#include "sim/scenario/desk_visit.hpp"

#include <fmt/format.h>

#include <new>
#include <sstream>

#include "core/error.hpp"
#include "sim/engine/run_limits.hpp"
#include "sim/scenario/point_message.hpp"
#include "sim/scenario/point_stream.hpp"

namespace commsim::desk_visit {
namespace {

PointAnswer answer_to(const std::string& request,
                      const std::function<std::string(const std::string&)>& answer) {
  try {
    return {.fault = Fault::kNone, .text = answer(request)};
  } catch (const LimitReached& limit) {
    return {.fault = Fault::kLimit, .text = limit.what()};
  } catch (const RequestError& refusal) {
    return {.fault = Fault::kRequest, .text = refusal.what()};
  } catch (const std::bad_alloc&) {
    return {.fault = Fault::kMachine, .text = "a worker has too little memory for this"};
  } catch (const std::exception& error) {
    return {.fault = Fault::kMachine, .text = error.what()};
  }
}

}  // namespace
}  // namespace commsim::desk_visit

namespace commsim {

struct DeskVisit::Connection {
  PointStream stream;
};

DeskVisit::DeskVisit(const std::string& invitation) : connection_(std::make_unique<Connection>()) {
  std::istringstream words(invitation);
  std::uint16_t port = 0;
  std::uint64_t word = 0;
  words >> port >> word;
  PointStream& stream = connection_->stream;
  for (std::string address; words >> address;) {
    boost::system::error_code unknown;
    const auto place = boost::asio::ip::make_address(address, unknown);
    if (unknown) continue;
    stream.clear();
    stream.expires_after(kHandshake);
    stream.connect(boost::asio::ip::tcp::endpoint(place, port));
    write_number(stream, word);
    stream.flush();
    if (read_number(stream) == kWelcome) {
      prepare(stream);
      return;
    }
    stream.close();
  }
  throw MachineError(
      fmt::format("a worker cannot reach the first of the processes ({})",
                  invitation.substr(invitation.find(' ', invitation.find(' ') + 1))));
}

DeskVisit::~DeskVisit() = default;

void DeskVisit::refuse(const std::string& why) {
  write_answer(connection_->stream, {.fault = Fault::kRequest, .text = why});
  connection_->stream.flush();
}

void DeskVisit::work(std::uint64_t fingerprint,
                     const std::function<std::string(const std::string&)>& answer) {
  PointStream& stream = connection_->stream;
  write_answer(stream, {.fault = Fault::kNone, .text = std::to_string(fingerprint)});
  stream.flush();
  while (true) {
    const std::string request = read_text(stream);
    if (!stream) return;
    write_answer(stream, desk_visit::answer_to(request, answer));
    stream.flush();
  }
}

}  // namespace commsim
