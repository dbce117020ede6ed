// FLOPs of a whole model, for MFU and HFU.
#pragma once

#include "sim/workload/training/parallelism.hpp"

namespace commsim {

/// FLOPs that the model needs for one sequence, forward and backward, on one rank without any
/// recomputation, with attention to all tokens, masked or not: the FLOPs of MFU (Chowdhery et al.,
/// PaLM, arXiv:2204.02311, appendix B, which counts so). For a GPT it is
///   72 l s h^2 (1 + s / 6h + V / 12lh)          (arXiv:2205.05198, appendix A)
double model_flops(const TransformerModel& model);
/// The same and what is computed again; with full recomputation
///   96 l s h^2 (1 + s / 6h + V / 16lh)          (arXiv:2104.04473, appendix)
/// and with selective recomputation 4 l s^2 h more than the model needs.
double hardware_flops(const TransformerModel& model, Recompute recompute);

}  // namespace commsim
