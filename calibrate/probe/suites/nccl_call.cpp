#include "calibrate/probe/suites/nccl_call.hpp"

#include <stdexcept>
#include <string>

#include "calibrate/probe/suites/nccl_session.hpp"

namespace commsim::probe {
namespace {

constexpr int kRoot = 0;

class Call {
 public:
  Call(const CollectiveBuffers& buffers, std::size_t count, int rank, int ranks,
       ncclComm_t communicator, cudaStream_t stream)
      : buffers_(buffers),
        count_(count),
        rank_(rank),
        ranks_(ranks),
        communicator_(communicator),
        stream_(stream) {}

  void enqueue(const std::string& collective) {
    if (collective == "all_to_all") {
      for (int peer = 0; peer < ranks_; ++peer) exchange_with(peer);
    } else if (collective == "gather") {
      send(kRoot, 0);
      for (int peer = 0; rank_ == kRoot && peer < ranks_; ++peer) receive(peer, part(peer));
    } else if (collective == "scatter") {
      for (int peer = 0; rank_ == kRoot && peer < ranks_; ++peer) send(peer, part(peer));
      receive(kRoot, 0);
    } else if (collective == "send_recv") {
      send((rank_ + 1) % ranks_, 0);
      receive((rank_ + ranks_ - 1) % ranks_, 0);
    } else {
      check(one_call(collective), "NCCL refuses");
    }
  }

 private:
  ncclResult_t one_call(const std::string& collective) {
    const void* from = buffers_.send;
    void* to = buffers_.receive;
    if (collective == "all_reduce") {
      return ncclAllReduce(from, to, count_, buffers_.type, ncclSum, communicator_, stream_);
    }
    if (collective == "all_gather") {
      return ncclAllGather(from, to, count_, buffers_.type, communicator_, stream_);
    }
    if (collective == "reduce_scatter") {
      return ncclReduceScatter(from, to, count_, buffers_.type, ncclSum, communicator_, stream_);
    }
    if (collective == "broadcast") {
      return ncclBroadcast(from, to, count_, buffers_.type, kRoot, communicator_, stream_);
    }
    if (collective == "reduce") {
      return ncclReduce(from, to, count_, buffers_.type, ncclSum, kRoot, communicator_, stream_);
    }
    throw std::runtime_error("no such collective: " + collective);
  }

  void exchange_with(int peer) {
    send(peer, part(peer));
    receive(peer, part(peer));
  }
  [[nodiscard]] std::size_t part(int peer) const { return static_cast<std::size_t>(peer) * count_; }
  void send(int peer, std::size_t offset) {
    check(ncclSend(buffers_.send + offset * buffers_.element, count_, buffers_.type, peer,
                   communicator_, stream_),
          "NCCL refuses");
  }
  void receive(int peer, std::size_t offset) {
    check(ncclRecv(buffers_.receive + offset * buffers_.element, count_, buffers_.type, peer,
                   communicator_, stream_),
          "NCCL refuses");
  }

  CollectiveBuffers buffers_;
  std::size_t count_;
  int rank_;
  int ranks_;
  ncclComm_t communicator_;
  cudaStream_t stream_;
};

}  // namespace

ncclDataType_t nccl_type(const std::string& dtype) {
  if (dtype == "float32") return ncclFloat32;
  if (dtype == "float16") return ncclFloat16;
#if NCCL_VERSION_CODE >= NCCL_VERSION(2, 10, 0)
  if (dtype == "bfloat16") return ncclBfloat16;
#endif
#if NCCL_VERSION_CODE >= NCCL_VERSION(2, 24, 0)
  if (dtype == "float8_e4m3") return ncclFloat8e4m3;
  if (dtype == "float8_e5m2") return ncclFloat8e5m2;
#endif
  throw std::runtime_error("this NCCL has no " + dtype);
}

void enqueue_collective(const std::string& collective, const CollectiveBuffers& buffers,
                        std::size_t count, int rank, int ranks, ncclComm_t communicator,
                        cudaStream_t stream) {
  Call(buffers, count, rank, ranks, communicator, stream).enqueue(collective);
}

}  // namespace commsim::probe
