// vTrain's table by model, and how well steps are put in order.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tests/measured/published_steps.hpp"

namespace commsim::measured {

struct VtrainPrediction {
  std::vector<PredictedStep> all;
  std::map<std::string, std::vector<PredictedStep>> by_model;
};
VtrainPrediction predicted_vtrain(const std::filesystem::path& measurements,
                                  const JobChange& change = {});

/// Calculon's published curve of products, scaled until Korthikanti's calibrating step takes as
/// long as measured, and memory at 60 %.
JobChange published_curve();

/// Spearman's correlation of measured and predicted times; equal times share their rank.
double rank_correlation(const std::vector<PredictedStep>& steps);

/// How much longer than the fastest measured step the one takes that is predicted fastest.
double loss_of_choice(const std::vector<PredictedStep>& steps);

}  // namespace commsim::measured
