// Predicting part of the measurements from the rest, which the predictor has never seen.
#pragma once

#include <string>
#include <vector>

#include "calibrate/validation.hpp"

namespace commsim {

/// What was predicted, and sentences on what was not.
struct HeldOut {
  std::vector<Validation> validations;
  std::vector<std::string> notes;
};

/// Every other size is predicted from the others, and the others from it. Throws RequestError for
/// fewer than four sizes.
Validation hold_out_sizes(const std::string& title, const std::vector<Measurement>& table);

/// Of runs that differ in the number of ranks alone (three or more of them, on one node): the
/// largest is predicted from the next two by RankScaling. One validation a group; none where there
/// is no group.
std::vector<Validation> hold_out_ranks(const std::vector<MeasuredRun>& runs);

/// Of runs that differ in the number of nodes alone (two or more nodes, so many ranks in each of
/// them): each number of nodes is predicted by RankScaling from the nearest below and above, or
/// from the two nearest below. One node uses no network, so it predicts no more; the fewest nodes
/// of a group cannot be predicted either. Throws RequestError if nothing can.
HeldOut hold_out_nodes(const std::vector<MeasuredRun>& runs);

/// Each run of a file is predicted by the regimes of what the other files measured of the same
/// collective by the same algorithm and protocol, or as both leave open, on as many ranks (and
/// nodes, data type and reduction, where both say). GPU and version may differ. Throws RequestError
/// for fewer than two files, for a file that stands twice, and if nothing can be predicted.
HeldOut hold_out_files(const std::vector<Measurements>& files);

}  // namespace commsim
