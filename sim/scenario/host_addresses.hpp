// Where other machines may reach this one.
#pragma once

#include <string>
#include <vector>

namespace commsim {

/// The addresses of all network interfaces that are up, the one that only this machine sees first.
/// Addresses that are legal on one link alone (fe80::) are left out.
std::vector<std::string> host_addresses();

}  // namespace commsim
