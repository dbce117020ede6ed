// The scale of numbers that are written as smaller ones.
#pragma once

namespace commsim::probe {

/// What takes [-largest, largest] to [-top, top], but never below the smallest normal number, so
/// that the reciprocal is finite; 1 if all are zero, NaN if the largest is not finite.
float codec_scale(float largest, float top);

}  // namespace commsim::probe
