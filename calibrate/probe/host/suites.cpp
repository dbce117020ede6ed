#include "calibrate/probe/host/suites.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "calibrate/probe/host/codec_step.hpp"
#include "calibrate/probe/host/collective_shape.hpp"
#include "calibrate/probe/host/data_type.hpp"
#include "calibrate/probe/host/sizes.hpp"

namespace commsim::probe {
namespace {

constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20U;
const std::vector<std::string> kTypes = {"float32", "float16", "bfloat16"};

std::string lacks_gpu(const Inventory& inventory) { return inventory.gpus.empty() ? "a GPU" : ""; }

std::string lacks_peer(const Inventory& inventory) {
  return inventory.gpus.size() < 2 ? "a second GPU" : "";
}

std::string lacks_cublas(const Inventory& inventory) {
  return inventory.cublas ? lacks_gpu(inventory) : "cuBLAS, which was not there when it was built";
}

std::string lacks_cub(const Inventory& inventory) {
  return inventory.codecs ? lacks_gpu(inventory) : "CUB, which was not there when it was built";
}

std::string lacks_nccl(const Inventory& inventory) {
  return inventory.nccl > 0 ? lacks_gpu(inventory) : "NCCL, which was not there when it was built";
}

std::vector<Case> launch_cases(const Inventory& /*inventory*/, const Extent& /*extent*/) {
  std::vector<Case> cases;
  for (const char* name : {"launch", "launch_and_wait", "graph_1", "graph_16", "graph_64"}) {
    cases.push_back({"launch", name, "", "", "", 0, 0});
  }
  return cases;
}

std::vector<Case> copy_cases(const Inventory& inventory, const Extent& extent) {
  std::vector<Case> cases;
  const auto add = [&](const std::string& name, std::uint64_t most) {
    for (const std::uint64_t size : size_ladder(extent.least, std::min(most, extent.most))) {
      cases.push_back({"copy", name, "", "", "", 0, size});
    }
  };
  add("device_to_device", inventory.memory / 4);
  const std::uint64_t host_most = std::min(1024 * kMebibyte, inventory.memory / 4);
  for (const char* memory : {"pinned", "pageable"}) {
    add(std::string("host_to_device_") + memory, host_most);
    add(std::string("device_to_host_") + memory, host_most);
  }
  add("both_directions_pinned", host_most);
  return cases;
}

// Every ordered pair; few sizes, as there are many pairs.
std::vector<Case> peer_cases(const Inventory& inventory, const Extent& extent) {
  constexpr std::size_t kEvery = 4;
  std::vector<Case> cases;
  const auto sizes = size_ladder(extent.least, std::min(extent.most, inventory.memory / 4));
  for (std::size_t from = 0; from < inventory.gpus.size(); ++from) {
    for (std::size_t to = 0; to < inventory.gpus.size(); ++to) {
      for (std::size_t i = 0; from != to && i < sizes.size(); i += kEvery) {
        cases.push_back({"peer", "peer_" + std::to_string(from) + "_" + std::to_string(to), "", "",
                         "", 0, sizes[i]});
      }
    }
  }
  return cases;
}

std::vector<int> block_counts(int most) {
  std::vector<int> counts;
  for (const int count : {1, 2, 4, 8, 16, 24, 32, 48, 64, 96, 128}) {
    if (count < most) counts.push_back(count);
  }
  counts.push_back(most);
  return counts;
}

std::vector<Case> block_cases(const Inventory& inventory, const Extent& extent) {
  std::vector<Case> cases;
  const std::uint64_t size =
      std::max(extent.least, std::min({64 * kMebibyte, extent.most, inventory.memory / 8}));
  for (const char* operation : {"copy", "reduce"}) {
    for (const std::string& type : kTypes) {
      for (const int blocks : block_counts(std::max(1, inventory.multiprocessors))) {
        cases.push_back({"blocks", operation, type, "", "", blocks, size});
      }
    }
  }
  return cases;
}

std::vector<Case> gemm_cases(const Inventory& inventory, const Extent& extent) {
  std::vector<Case> cases;
  for (const std::string& type : kTypes) {
    for (std::uint64_t side = 256; side <= 16384; side *= 2) {
      const std::uint64_t size = gemm_size(side, element_bytes(type));
      if (size > extent.most || size > inventory.memory / 2) break;
      cases.push_back({"gemm", "gemm", type, "", "", 0, size});
    }
  }
  return cases;
}

// 0 blocks: nothing beside the computation, against which the others are held.
std::vector<Case> overlap_cases(const Inventory& inventory, const Extent& /*extent*/) {
  std::vector<Case> cases;
  const std::uint64_t size = std::min(256 * kMebibyte, inventory.memory / 8);
  const auto add = [&](const char* operation, const std::string& type) {
    for (const int blocks : {0, 1, 2, 4, 8, 16, 24, 32, 64}) {
      if (blocks > inventory.multiprocessors / 2) break;
      cases.push_back({"overlap", operation, type, "", "", blocks, size});
    }
  };
  add("compute_beside_copy", "float32");
  // Without cuBLAS a kernel of the probe's own multiplies, in 32 bits only.
  add("gemm_beside_copy", "float32");
  if (inventory.cublas) add("gemm_beside_copy", "bfloat16");
  return cases;
}

// The tensor, its message and what finding the largest elements takes fit into 16 times its size.
std::vector<Case> codec_cases(const Inventory& inventory, const Extent& extent) {
  std::vector<Case> cases;
  const std::uint64_t most = std::min(extent.most, inventory.memory / 16);
  for (const std::string& operation : codec_operations()) {
    for (const std::uint64_t size : {kMebibyte, 16 * kMebibyte, 256 * kMebibyte}) {
      if (size < extent.least || size > most) continue;
      cases.push_back({"codecs", operation, "float32", "", "", 0, size});
    }
  }
  return cases;
}

std::vector<Case> nccl_cases(const Inventory& inventory, const Extent& extent) {
  std::vector<Case> cases;
  // Two buffers of this size, and what NCCL takes for itself.
  const std::uint64_t most = std::min(
      extent.most, inventory.memory / static_cast<std::uint64_t>(extent.ranks_per_gpu) / 5 * 2);
  for (const std::string& collective : collective_names()) {
    for (const std::string& type : extent.types) {
      std::uint64_t last = 0;
      for (const std::uint64_t rung : size_ladder(extent.least, most)) {
        const std::uint64_t size = whole_size(collective, extent.ranks, rung, element_bytes(type));
        if (size == last) continue;
        last = size;
        cases.push_back({"nccl", collective, type, "", "", 0, size});
      }
    }
  }
  return cases;
}

}  // namespace

const std::vector<Suite>& suites() {
  static const std::vector<Suite> all = {
      {"launch", "time to launch a kernel, and to replay a graph of kernels", lacks_gpu,
       launch_cases},
      {"copy", "copies within GPU 0, and between it and the host", lacks_gpu, copy_cases},
      {"peer", "copies between each two GPUs", lacks_peer, peer_cases},
      {"blocks", "copying and reducing by so many thread blocks", lacks_gpu, block_cases},
      {"gemm", "products of square matrices", lacks_cublas, gemm_cases},
      {"overlap", "a computation and a matrix product while a copy holds some multiprocessors",
       lacks_gpu, overlap_cases},
      {"codecs", "encoding and decoding by compression codecs, with kernels of the probe's own",
       lacks_cub, codec_cases},
      {"nccl", "collectives of NCCL, by its own choice and by each forced one", lacks_nccl,
       nccl_cases},
  };
  return all;
}

std::uint64_t gemm_size(std::uint64_t side, std::uint64_t element) {
  return 3 * side * side * element;
}

std::uint64_t gemm_side(std::uint64_t size, std::uint64_t element) {
  const std::uint64_t square = size / 3 / element;
  return static_cast<std::uint64_t>(std::llround(std::sqrt(static_cast<double>(square))));
}

}  // namespace commsim::probe
