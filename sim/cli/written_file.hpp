// What a command says of the files that it writes. Standard output holds results only.
#pragma once

#include <fmt/format.h>

#include <cstdio>

#include "sim/report/atomic_file.hpp"

namespace commsim {

/// Completes the file and says so on standard error.
inline void commit_aloud(AtomicFile& file) {
  file.commit();
  fmt::print(stderr, "wrote {}\n", file.name());
}

}  // namespace commsim
