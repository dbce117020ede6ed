// Whether training converges with compressed gradients: loss curves beside each other.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "collectives/convergence/training.hpp"

namespace commsim {

/// One chain of codecs, and what training with it came to.
struct ConvergenceCurve {
  std::string codec;
  std::string exchange;
  Convergence outcome;
};

/// A line for each codec, then the losses at some steps.
void write_convergence_text(std::ostream& out, const std::vector<ConvergenceCurve>& curves);
/// step,loss,<codec>,...: a line for each step, uncompressed first.
void write_convergence_csv(std::ostream& out, const std::vector<ConvergenceCurve>& curves);
/// One object with a record for each codec.
void write_convergence_json(std::ostream& out, const std::vector<ConvergenceCurve>& curves);

}  // namespace commsim
