#include "calibrate/probe/host/codec_scale.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace commsim::probe {

float codec_scale(float largest, float top) {
  if (largest == 0) return 1;
  if (!std::isfinite(largest)) return std::numeric_limits<float>::quiet_NaN();
  return std::max(largest / top, std::numeric_limits<float>::min());
}

}  // namespace commsim::probe
