// The chips of a TPU v4 pod: a 3-dimensional torus of cubes of 4 x 4 x 4, up to 4096 chips.
#include "topology/torus_preset.hpp"

namespace commsim::tpu_v4 {
namespace {

// Table 4 of the paper: 6 links of 50 GB/s a chip. The latency of a hop is the microsecond that
// Austin et al. give (uncalibrated); optical and electrical links are taken as alike.
const Registration<TorusPreset> registration{{
    .name = "tpu_v4",
    .summary = "TPU v4 chips on a 3-dimensional torus, 50 GB/s a link",
    .reference = "Jouppi et al., TPU v4: an optically reconfigurable supercomputer for machine "
                 "learning, ISCA 2023, table 4; latency (uncalibrated) from Austin et al., How to "
                 "Scale Your Model, 2025",
    .dimensions = 3,
    .link = {.bandwidth = 50_GBps, .latency = 1_usec},
}};

}  // namespace
}  // namespace commsim::tpu_v4
