// The section of docs/accuracy.md about training steps.
#pragma once

#include <filesystem>
#include <string>

namespace commsim::measured {

/// Simulates all published steps.
std::string training_page(const std::filesystem::path& measurements);

}  // namespace commsim::measured
