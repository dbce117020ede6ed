// The chips of a TPU v3 pod: a 2-dimensional torus, up to 32 x 32.
#include "topology/torus_preset.hpp"

namespace commsim::tpu_v3 {
namespace {

// Table 4 of the paper: 4 links of 70 GB/s a chip. No latency was published for this generation;
// it is the microsecond a hop that Austin et al. give for later ones (uncalibrated).
const Registration<TorusPreset> registration{{
    .name = "tpu_v3",
    .summary = "TPU v3 chips on a 2-dimensional torus, 70 GB/s a link",
    .reference = "Jouppi et al., TPU v4: an optically reconfigurable supercomputer for machine "
                 "learning, ISCA 2023, table 4; latency (uncalibrated) from Austin et al., How to "
                 "Scale Your Model, 2025",
    .dimensions = 2,
    .link = {.bandwidth = 70_GBps, .latency = 1_usec},
}};

}  // namespace
}  // namespace commsim::tpu_v3
