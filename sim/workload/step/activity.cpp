#include "sim/workload/step/activity.hpp"

#include <array>

#include "core/index.hpp"

namespace commsim {

std::string_view to_text(Activity activity) {
  constexpr std::array<std::string_view, 3> computing = {"forward", "backward", "optimizer"};
  const auto number = static_cast<std::uint8_t>(activity);
  if (computes(activity)) return computing.at(number);
  return to_text(static_cast<Traffic>(number - static_cast<std::uint8_t>(Activity::kData)));
}

std::string_view to_text(GpuStream stream) {
  constexpr std::array<std::string_view, kStreams> names = {"compute", "data", "sends forward",
                                                            "sends backward"};
  return names.at(static_cast<std::size_t>(stream));
}

}  // namespace commsim
