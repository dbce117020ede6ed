// Memory that runs out is an answer here, and not the end by the hand of the kernel.
#pragma once

#include "core/units.hpp"

namespace commsim {

/// What this process may still take before the machine, or the container that it runs in, has no
/// more. Source: proc(5), MemAvailable; the kernel's cgroup-v2.rst, memory.max.
Bytes free_memory();

/// From now on the kernel refuses this process more than `most` of data (RLIMIT_DATA), so that
/// std::bad_alloc is thrown before the kernel would kill somebody. Nothing changes where a
/// sanitizer has mapped more than any machine has.
void limit_memory(Bytes most);

}  // namespace commsim
