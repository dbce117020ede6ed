#include "sim/scenario/point_desk.hpp"

#include <fmt/format.h>

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <random>
#include <thread>
#include <utility>

#include "core/error.hpp"
#include "sim/engine/run_limits.hpp"
#include "sim/scenario/host_addresses.hpp"
#include "sim/scenario/point_message.hpp"
#include "sim/scenario/point_stream.hpp"

namespace commsim::point_desk {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

// For IPv6 and IPv4, or for IPv4 alone where the machine knows no other.
tcp::acceptor listening(asio::io_context& context) {
  try {
    tcp::acceptor acceptor(context, tcp::v6());
    acceptor.set_option(asio::ip::v6_only(false));
    acceptor.bind({tcp::v6(), 0});
    acceptor.listen();
    return acceptor;
  } catch (const boost::system::system_error&) {
    return {context, tcp::endpoint(tcp::v4(), 0)};
  }
}

// The desk's end of one connection.
class RemoteWorker final : public PointWorker {
 public:
  RemoteWorker(std::unique_ptr<PointStream> stream, const std::uint64_t& fingerprint,
               std::function<void(const std::string&)> on_loss)
      : stream_(std::move(stream)), fingerprint_(fingerprint), on_loss_(std::move(on_loss)) {}

  std::string answer(const std::string& request) override {
    if (!lost_ && !known_) hear_what_it_read();
    if (lost_) throw WorkerLost("this worker is lost");
    write_text(*stream_, request);
    stream_->flush();
    PointAnswer answer = read_answer(*stream_);
    if (!*stream_) lose("a worker has died; others take over");
    switch (answer.fault) {
      case Fault::kNone:
        return std::move(answer.text);
      case Fault::kRequest:
        throw RequestError(answer.text);
      case Fault::kLimit:
        throw LimitReached(answer.text);
      default:
        throw MachineError(answer.text);
    }
  }

  void abandon() override {
    abandoned_ = true;
    boost::system::error_code ignored;
    stream_->socket().shutdown(tcp::socket::shutdown_both, ignored);
  }

 private:
  void hear_what_it_read() {
    known_ = true;
    const PointAnswer read = read_answer(*stream_);
    if (!*stream_) lose("a worker has died; others take over");
    if (read.fault != Fault::kNone) lose("a worker cannot begin: " + read.text);
    if (read.text != std::to_string(fingerprint_)) {
      lose("a worker has read other scenarios, or is another build of commsim");
    }
  }
  [[noreturn]] void lose(const std::string& why) {
    lost_ = true;
    if (!abandoned_) on_loss_(why);
    stream_->close();
    throw WorkerLost(why);
  }

  std::unique_ptr<PointStream> stream_;
  const std::uint64_t& fingerprint_;
  std::function<void(const std::string&)> on_loss_;
  bool known_ = false;
  bool lost_ = false;
  std::atomic<bool> abandoned_{false};
};

// The stream of a worker that knows the word; nullptr if it was somebody else.
std::unique_ptr<PointStream> greeted(std::unique_ptr<PointStream> stream, std::uint64_t word) {
  stream->expires_after(kHandshake);
  if (read_number(*stream) != word || !*stream) return nullptr;
  write_number(*stream, kWelcome);
  stream->flush();
  prepare(*stream);
  return *stream ? std::move(stream) : nullptr;
}

}  // namespace
}  // namespace commsim::point_desk

namespace commsim {

using namespace point_desk;

struct PointDesk::State {
  asio::io_context context;
  tcp::acceptor acceptor = listening(context);
  std::uint64_t word = 0;
  std::uint64_t fingerprint = 0;
};

PointDesk::PointDesk() {
  try {
    state_ = std::make_unique<State>();
    state_->acceptor.non_blocking(true);
  } catch (const boost::system::system_error& error) {
    throw MachineError(fmt::format("cannot listen for workers: {}", error.what()));
  }
  std::random_device random;
  constexpr unsigned kHalf = 32;
  state_->word = (std::uint64_t{random()} << kHalf) | random();
}

PointDesk::~PointDesk() = default;

std::string PointDesk::invitation() const {
  std::string text = fmt::format("{} {}", state_->acceptor.local_endpoint().port(), state_->word);
  for (const std::string& address : host_addresses()) text += " " + address;
  return text;
}

std::vector<std::unique_ptr<PointWorker>> PointDesk::welcome(
    std::size_t expected, std::chrono::seconds patience,
    std::function<void(const std::string&)> on_loss) {
  constexpr std::chrono::milliseconds kGlance{2};
  const auto deadline = std::chrono::steady_clock::now() + patience;
  std::vector<std::unique_ptr<PointWorker>> workers;
  while (workers.size() < expected && std::chrono::steady_clock::now() < deadline) {
    auto stream = std::make_unique<PointStream>();
    boost::system::error_code error;
    state_->acceptor.accept(stream->socket(), error);
    if (error) {
      std::this_thread::sleep_for(kGlance);
      continue;
    }
    if (auto known = greeted(std::move(stream), state_->word)) {
      workers.push_back(
          std::make_unique<RemoteWorker>(std::move(known), state_->fingerprint, on_loss));
    }
  }
  if (workers.size() < expected) {
    on_loss(fmt::format("{} of {} workers have come", workers.size(), expected));
  }
  return workers;
}

void PointDesk::expect(std::uint64_t fingerprint) { state_->fingerprint = fingerprint; }

}  // namespace commsim
