// Communicators over all ranks of a team: every GPU of this process, or one rank of many processes.
#pragma once

#include <cuda_runtime_api.h>
#include <nccl.h>

#include <memory>
#include <vector>

#include "calibrate/probe/cuda/resources.hpp"
#include "calibrate/probe/host/team.hpp"

namespace commsim::probe {

/// Throws std::runtime_error with NCCL's words unless it went well.
void check(ncclResult_t status, const char* what);

/// A rank that this process drives.
struct LocalRank {
  int rank = 0;
  int gpu = 0;
  ncclComm_t communicator = nullptr;
  std::unique_ptr<Stream> stream;
};

class NcclSession {
 public:
  /// One process: a rank for each GPU. Several: one each; `ranks_per_gpu` neighbours share a GPU.
  NcclSession(Team& team, int ranks_per_gpu);
  NcclSession(const NcclSession&) = delete;
  NcclSession& operator=(const NcclSession&) = delete;
  ~NcclSession();

  [[nodiscard]] const std::vector<LocalRank>& local() const { return local_; }
  [[nodiscard]] int ranks() const { return ranks_; }
  [[nodiscard]] int nodes() const { return nodes_; }
  /// Waits for the streams of all local ranks.
  void wait() const;

 private:
  std::vector<LocalRank> local_;
  int ranks_ = 0;
  int nodes_ = 1;
};

}  // namespace commsim::probe
