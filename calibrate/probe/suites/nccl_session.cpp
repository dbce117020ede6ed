#include "calibrate/probe/suites/nccl_session.hpp"

#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

namespace commsim::probe {
namespace {

int gpu_count() {
  int count = 0;
  check(cudaGetDeviceCount(&count), "no GPU");
  return count;
}

ncclUniqueId shared_id(Team& team) {
  ncclUniqueId id{};
  if (team.rank() == 0) check(ncclGetUniqueId(&id), "no id for the ranks");
  const std::string text = team.from_first(std::string(id.internal, sizeof id.internal));
  if (text.size() != sizeof id.internal) throw std::runtime_error("half an id for the ranks");
  std::memcpy(id.internal, text.data(), text.size());
  return id;
}

}  // namespace

void check(ncclResult_t status, const char* what) {
  if (status == ncclSuccess) return;
  throw std::runtime_error(std::string(what) + ": " + ncclGetErrorString(status));
}

NcclSession::NcclSession(Team& team, int ranks_per_gpu) : nodes_(team.nodes()) {
  const int gpus = gpu_count();
  const bool alone = team.size() == 1;
  ranks_ = alone ? gpus : team.size();
  const int local = alone ? gpus : 1;
  for (int i = 0; i < local; ++i) {
    LocalRank rank;
    rank.rank = alone ? i : team.rank();
    rank.gpu = alone ? i : team.place_on_node() / ranks_per_gpu % gpus;
    check(cudaSetDevice(rank.gpu), "no such GPU");
    rank.stream = std::make_unique<Stream>();
    local_.push_back(std::move(rank));
  }
  const ncclUniqueId id = shared_id(team);
  check(ncclGroupStart(), "no group");
  for (LocalRank& rank : local_) {
    check(cudaSetDevice(rank.gpu), "no such GPU");
    check(ncclCommInitRank(&rank.communicator, ranks_, id, rank.rank), "no communicator");
  }
  check(ncclGroupEnd(), "no communicator");
}

NcclSession::~NcclSession() {
  for (const LocalRank& rank : local_) {
    if (rank.communicator != nullptr) ncclCommAbort(rank.communicator);
  }
}

void NcclSession::wait() const {
  for (const LocalRank& rank : local_) {
    check(cudaSetDevice(rank.gpu), "no such GPU");
    rank.stream->wait();
    ncclResult_t status = ncclSuccess;
    check(ncclCommGetAsyncError(rank.communicator, &status), "no status");
    check(status, "the collective failed");
  }
}

}  // namespace commsim::probe
