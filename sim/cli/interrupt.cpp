#include "sim/cli/interrupt.hpp"

#include <csignal>

namespace commsim::interrupt {
namespace {

// A signal handler reaches nothing but what is global, and no more than this.
std::atomic<bool> wished{false};
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void wish_to_stop(int signal) {
  wished = true;
  std::signal(signal, SIG_DFL);
}

}  // namespace
}  // namespace commsim::interrupt

namespace commsim {

Interrupt::Interrupt() {
  interrupt::wished = false;
  std::signal(SIGINT, interrupt::wish_to_stop);
  std::signal(SIGTERM, interrupt::wish_to_stop);
}

Interrupt::~Interrupt() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

const std::atomic<bool>& Interrupt::wish() { return interrupt::wished; }

}  // namespace commsim
