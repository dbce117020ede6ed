#include "sim/scenario/host_addresses.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netdb.h>

#include <array>

namespace commsim {

std::vector<std::string> host_addresses() {
  std::vector<std::string> found{"127.0.0.1"};
  ifaddrs* all = nullptr;
  if (getifaddrs(&all) != 0) return found;
  for (const ifaddrs* one = all; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr) continue;
    const auto family = one->ifa_addr->sa_family;
    if (family != AF_INET && family != AF_INET6) continue;
    const socklen_t size = family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
    std::array<char, INET6_ADDRSTRLEN + 1> text{};
    const int failed =
        getnameinfo(one->ifa_addr, size, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST);
    const std::string address = failed == 0 ? text.data() : "";
    const bool everywhere = !address.empty() && address.find('%') == std::string::npos &&
                            address != found.front() && address != "::1";
    if (everywhere) found.push_back(address);
  }
  freeifaddrs(all);
  return found;
}

}  // namespace commsim
