#include "calibrate/probe/host/team.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace commsim::probe {
namespace {

void send_text(const Descriptor& to, const std::string& text) {
  const auto length = static_cast<std::uint64_t>(text.size());
  std::string framed(sizeof length, '\0');
  std::memcpy(framed.data(), &length, sizeof length);
  if (write_all(to.number(), framed + text) != 0) throw std::runtime_error("a rank is gone");
}

std::string receive_bytes(const Descriptor& from, std::size_t length) {
  std::string text(length, '\0');
  std::size_t done = 0;
  while (done < length) {
    const ssize_t got = ::read(from.number(), text.data() + done, length - done);
    if (got == 0 || (got < 0 && errno != EINTR)) throw std::runtime_error("a rank is gone");
    if (got > 0) done += static_cast<std::size_t>(got);
  }
  return text;
}

std::string receive_text(const Descriptor& from) {
  std::uint64_t length = 0;
  const std::string bytes = receive_bytes(from, sizeof length);
  std::memcpy(&length, bytes.data(), sizeof length);
  return receive_bytes(from, length);
}

std::string text_of(double value) {
  std::string text(sizeof value, '\0');
  std::memcpy(text.data(), &value, sizeof value);
  return text;
}

double value_of(const std::string& text) {
  double value = 0;
  std::memcpy(&value, text.data(), std::min(text.size(), sizeof value));
  return value;
}

}  // namespace

SocketTeam::SocketTeam(int rank, int size, std::vector<Descriptor> sockets)
    : rank_(rank), size_(size), sockets_(std::move(sockets)) {
  const std::size_t needed = rank == 0 ? static_cast<std::size_t>(size - 1) : 1;
  if (sockets_.size() != needed) throw std::invalid_argument("not one socket for each rank");
}

std::string SocketTeam::from_first(std::string text) {
  if (rank_ != 0) return receive_text(sockets_.front());
  for (const Descriptor& socket : sockets_) send_text(socket, text);
  return text;
}

double SocketTeam::largest(double value) {
  if (rank_ != 0) {
    send_text(sockets_.front(), text_of(value));
  } else {
    for (const Descriptor& socket : sockets_)
      value = std::max(value, value_of(receive_text(socket)));
  }
  return value_of(from_first(text_of(value)));
}

}  // namespace commsim::probe
