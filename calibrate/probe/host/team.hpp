// The processes that measure one case together.
#pragma once

#include <string>
#include <vector>

#include "calibrate/probe/host/descriptor.hpp"

namespace commsim::probe {

class Team {
 public:
  Team() = default;
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;
  virtual ~Team() = default;

  [[nodiscard]] virtual int rank() const = 0;
  [[nodiscard]] virtual int size() const = 0;
  /// Servers on which the team runs.
  [[nodiscard]] virtual int nodes() const { return 1; }
  /// The number of the GPU of this process among those of its server.
  [[nodiscard]] virtual int place_on_node() const { return rank(); }
  /// All receive the text of rank 0. Throws std::runtime_error if a rank is gone.
  virtual std::string from_first(std::string text) = 0;
  /// The largest of all ranks' values, the same on each.
  virtual double largest(double value) = 0;
};

/// One process alone, which may drive several GPUs.
class SoloTeam final : public Team {
 public:
  [[nodiscard]] int rank() const override { return 0; }
  [[nodiscard]] int size() const override { return 1; }
  std::string from_first(std::string text) override { return text; }
  double largest(double value) override { return value; }
};

/// Processes of one host, each joined to rank 0 by a pair of connected sockets.
class SocketTeam final : public Team {
 public:
  /// Rank 0 has the sockets to ranks 1, 2, ..., every other the one to rank 0. REQUIRES: so many.
  SocketTeam(int rank, int size, std::vector<Descriptor> sockets);
  [[nodiscard]] int rank() const override { return rank_; }
  [[nodiscard]] int size() const override { return size_; }
  std::string from_first(std::string text) override;
  double largest(double value) override;

 private:
  int rank_;
  int size_;
  std::vector<Descriptor> sockets_;
};

}  // namespace commsim::probe
