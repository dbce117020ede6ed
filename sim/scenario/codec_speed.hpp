// How fast ranks encode and decode, of a `compression:` section.
#pragma once

#include <vector>

#include "calibrate/profile.hpp"
#include "collectives/compression/codec_measurement.hpp"
#include "core/config_reader.hpp"
#include "sim/scenario/tensor_text.hpp"
#include "sim/workload/compression.hpp"

namespace commsim {

/// Reads `speed`: a map of `encode` and `decode`, `cpu` (one core of this machine, timed now on the
/// first of the tensors), or `known`, the default: each stage as fast as the profile says, or else
/// as has been published, on what it was given in `measured`. Sets rates and source in
/// `compression`; reports what is wrong. `profile` may be nullptr.
void read_codec_speed(ConfigReader& section, const std::vector<CodecStage>& stages,
                      const CodecMeasurement& measured, const TensorRequest& tensor,
                      const Profile* profile, Compression& compression);

}  // namespace commsim
