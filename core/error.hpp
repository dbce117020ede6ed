// Whose fault it is decides how it is reported: the user's input (exit 2), the machine (exit 3) or
// ours (abort). An unmet expectation is a result, not an error (exit 1).
#pragma once

#include <stdexcept>
#include <string_view>

namespace commsim {

/// A request that is well formed and cannot be met, such as an algorithm that needs two ranks more
/// than there are. The text says what is legal. Readers that know the place turn it into a located
/// diagnostic.
class RequestError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Something that the machine refuses: no space, no permission to write, no such device.
class MachineError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Ends the process with a message: a broken invariant is a bug of ours, never the user's.
[[noreturn]] void invariant_failed(std::string_view what, const char* file, int line);

/// Cheap enough to stay on in release builds.
inline void ensure(bool holds, std::string_view what, const char* file = __builtin_FILE(),
                   int line = __builtin_LINE()) {
  if (!holds) [[unlikely]] {
    invariant_failed(what, file, line);
  }
}

}  // namespace commsim
