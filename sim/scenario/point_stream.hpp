// The connection between a desk and a worker.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>

namespace commsim {

using PointStream = boost::asio::ip::tcp::iostream;

/// How long the two ends take at most to know each other.
constexpr std::chrono::seconds kHandshake{5};
/// What the desk answers to whoever knows the word: "commsim1".
constexpr std::uint64_t kWelcome = 0x636f6d6d73696d31;

/// After the handshake: small messages go at once, answers may take as long as they like, and a
/// machine that has gone is found out after a minute of silence.
void prepare(PointStream& stream);

}  // namespace commsim
