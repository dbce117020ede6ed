#include "calibrate/probe/cuda/cuda_device.hpp"

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

#include "calibrate/probe/cuda/check.hpp"
#include "calibrate/probe/cuda/inventory.hpp"
#include "calibrate/probe/cuda/nvml.hpp"
#include "calibrate/probe/host/gpu_sharing.hpp"
#include "calibrate/probe/suites/suites.hpp"
#ifdef COMMSIM_PROBE_NCCL
#include "calibrate/probe/suites/nccl_collective.hpp"
#include "calibrate/probe/suites/nccl_session.hpp"
#endif

namespace commsim::probe {
namespace {

class CudaDevice final : public Device {
 public:
  CudaDevice(Team& team, const Options& options)
      : team_(team),
        ranks_per_gpu_(options.ranks_per_gpu),
        seed_(options.seed),
        inventory_(take_inventory()),
        address_(pci_bus_id(0)) {}

  std::unique_ptr<Operation> prepare(const Case& which) override {
    if (which.suite == "nccl") return collective(which);
    check(cudaSetDevice(0), "no GPU");
    if (which.suite == "launch") return make_launch(which);
    if (which.suite == "copy") return make_copy(which);
    if (which.suite == "peer") return make_peer_copy(which);
    if (which.suite == "blocks") return make_by_blocks(which);
    if (which.suite == "gemm") return make_gemm(which);
    if (which.suite == "overlap") return make_overlap(which);
#ifdef COMMSIM_PROBE_CODECS
    if (which.suite == "codecs") return make_codec(which, seed_);
#endif
    throw std::runtime_error("no such suite: " + which.suite);
  }

  Clocks clocks() override { return nvml_clocks(address_); }

 private:
#ifdef COMMSIM_PROBE_NCCL
  std::unique_ptr<Operation> collective(const Case& which) {
    if (!session_) session_ = std::make_unique<NcclSession>(team_, ranks_per_gpu_);
    return make_collective(which, *session_, seed_, label());
  }
  [[nodiscard]] std::string label() const {
    if (ranks_per_gpu_ > 1) {
      return sharing_label(inventory_.nccl, team_.size() / ranks_per_gpu_, ranks_per_gpu_);
    }
    if (session_->ranks() == 1) return "one rank alone: no link at all";
    return team_.size() > 1 ? "one process for each GPU" : "all GPUs of one server in one process";
  }
#else
  static std::unique_ptr<Operation> collective(const Case& /*which*/) {
    throw std::runtime_error("built without NCCL");
  }
#endif

  Team& team_;
  int ranks_per_gpu_;
  std::uint64_t seed_;
  Inventory inventory_;
  std::string address_;
#ifdef COMMSIM_PROBE_NCCL
  std::unique_ptr<NcclSession> session_;
#endif
};

}  // namespace

std::unique_ptr<Device> make_cuda_device(Team& team, const Options& options) {
  return std::make_unique<CudaDevice>(team, options);
}

}  // namespace commsim::probe
