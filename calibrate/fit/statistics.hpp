// Order statistics of small samples.
#pragma once

#include <vector>

namespace commsim {

/// The median; of an even number, the mean of the middle two. REQUIRES: not empty.
double median(std::vector<double> values);

/// The value below which a share `q` of the sample lies, with linear interpolation between order
/// statistics (type 7 of Hyndman and Fan, The American Statistician 50, 1996).
/// REQUIRES: not empty, 0 <= q <= 1.
double quantile(std::vector<double> values, double q);

}  // namespace commsim
