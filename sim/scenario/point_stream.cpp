#include "sim/scenario/point_stream.hpp"

namespace commsim {

void prepare(PointStream& stream) {
  using Idle = boost::asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPIDLE>;
  using KeepAliveInterval = boost::asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPINTVL>;
  using Count = boost::asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPCNT>;
  constexpr int kSilence = 30;
  constexpr int kBetween = 10;
  constexpr int kTries = 3;
  stream.expires_at(std::chrono::steady_clock::time_point::max());
  boost::system::error_code ignored;
  auto& socket = stream.socket();
  socket.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
  socket.set_option(boost::asio::socket_base::keep_alive(true), ignored);
  socket.set_option(Idle(kSilence), ignored);
  socket.set_option(KeepAliveInterval(kBetween), ignored);
  socket.set_option(Count(kTries), ignored);
}

}  // namespace commsim
