#include "topology/import/smi_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace commsim {
namespace {

using Index = ServerGraph::Index;

constexpr int kMostLanesOfGpu = 18;

// For each device the number of its group; devices of one group have the same number.
using Groups = std::vector<std::size_t>;

bool known(const SmiMatrix::Cell& cell) {
  return cell.path != SmiPath::kNv && cell.path != SmiPath::kSelf;
}

void merge(Groups& groups, std::size_t a, std::size_t b) {
  std::ranges::replace(groups, std::max(groups[a], groups[b]), std::min(groups[a], groups[b]));
}

// Two GPUs whose NVLinks hide how PCIe joins them.
bool share_numa_node(const SmiMatrix& matrix, std::size_t a, std::size_t b) {
  return matrix.at(a, b).path == SmiPath::kNv && !matrix.devices[a].numa.empty() &&
         matrix.devices[a].numa == matrix.devices[b].numa;
}

// Whether some cell says that the two groups lie further apart than `most`.
bool apart(const SmiMatrix& matrix, const Groups& groups, std::size_t a, std::size_t b,
           SmiPath most) {
  for (std::size_t x = 0; x < matrix.size(); ++x) {
    if (groups[x] != groups[a]) continue;
    for (std::size_t y = 0; y < matrix.size(); ++y) {
      if (groups[y] == groups[b] && known(matrix.at(x, y)) && matrix.at(x, y).path > most) {
        return true;
      }
    }
  }
  return false;
}

// Who is at most that far from whom.
Groups group(const TextFile& file, const SmiMatrix& matrix, SmiPath most) {
  Groups groups(matrix.size());
  for (std::size_t i = 0; i < groups.size(); ++i) groups[i] = i;
  const auto for_each_pair = [&](auto visit) {
    for (std::size_t a = 0; a < matrix.size(); ++a) {
      for (std::size_t b = 0; b < a; ++b) visit(a, b);
    }
  };
  for_each_pair([&](std::size_t a, std::size_t b) {
    if (known(matrix.at(a, b)) && matrix.at(a, b).path <= most) merge(groups, a, b);
  });
  for_each_pair([&](std::size_t a, std::size_t b) {
    const auto& cell = matrix.at(a, b);
    if (groups[a] != groups[b] || !known(cell) || cell.path <= most) return;
    file.fail(cell.offset,
              fmt::format("'{}' and '{}' are nearer to each other by way of their neighbours",
                          matrix.devices[a].name, matrix.devices[b].name));
  });
  if (most == SmiPath::kNode) {
    for_each_pair([&](std::size_t a, std::size_t b) {
      if (groups[a] == groups[b] || !share_numa_node(matrix, a, b)) return;
      if (!apart(matrix, groups, a, b, most)) merge(groups, a, b);
    });
  }
  return groups;
}

class SmiReader {
 public:
  SmiReader(const TextFile& file, const SmiMatrix& matrix, const SmiKeys& keys)
      : file_(file), matrix_(matrix), keys_(keys) {}

  ServerGraph read() {
    add_devices();
    add_pcie();
    add_nvlinks();
    return std::move(graph_);
  }

 private:
  // A GPU hangs on a slot, so that GPUs are nearer over an NVSwitch than over a PCIe switch.
  void add_devices() {
    const LinkSpec slot{.bandwidth = keys_.pcie.bandwidth, .latency = Duration{0}};
    for (const auto& device : matrix_.devices) {
      if (device.gpu) {
        const std::string name = fmt::format("gpu{}", graph_.gpus.size());
        nodes_.push_back(graph_.add(DeviceKind::kGpu, name));
        graph_.gpus.push_back(nodes_.back());
        leaves_.push_back(graph_.add(DeviceKind::kSwitch, name + ".pcie"));
        graph_.join(nodes_.back(), leaves_.back(), slot, "pcie");
      } else {
        const std::string name = fmt::format("nic{}", graph_.nics.size());
        nodes_.push_back(graph_.add(DeviceKind::kNic, name));
        graph_.nics.push_back({.nic = nodes_.back(), .cable = keys_.nic});
        leaves_.push_back(nodes_.back());
      }
    }
  }

  void add_pcie() {
    Groups below(matrix_.size());
    for (std::size_t i = 0; i < below.size(); ++i) below[i] = i;
    // The device that stands for each group: the leaf itself, or the switch above it.
    std::map<std::size_t, Index> tops;
    for (std::size_t i = 0; i < below.size(); ++i) tops[i] = leaves_[i];
    for (const SmiPath level : {SmiPath::kPix, SmiPath::kPxb}) {
      const Groups groups = group(file_, matrix_, level);
      tops = raise(tops, groups, [&] {
        return graph_.add(DeviceKind::kSwitch, fmt::format("pcie{}", switches_++));
      });
    }
    const Groups groups = group(file_, matrix_, SmiPath::kNode);
    std::map<std::size_t, Index> cpus;
    for (const auto& [device, top] : tops) {
      const auto [cpu, fresh] = cpus.try_emplace(groups[device]);
      if (fresh) cpu->second = graph_.add(DeviceKind::kHost, fmt::format("cpu{}", cpus.size() - 1));
      graph_.join(top, cpu->second, keys_.pcie, "pcie");
    }
    for (auto a = cpus.begin(); a != cpus.end(); ++a) {
      for (auto b = std::next(a); b != cpus.end(); ++b) {
        graph_.join(a->second, b->second, keys_.socket, "socket");
      }
    }
  }

  // Puts a switch above all that one group joins; who is alone in a group stays as it is. The
  // number of a group is its lowest device, so that it keys the result as well.
  template <typename Add>
  std::map<std::size_t, Index> raise(const std::map<std::size_t, Index>& tops, const Groups& groups,
                                     Add add) {
    std::map<std::size_t, std::vector<Index>> members;
    for (const auto& [device, top] : tops) members[groups[device]].push_back(top);
    std::map<std::size_t, Index> raised;
    for (const auto& [number, below] : members) {
      if (below.size() == 1) {
        raised[number] = below.front();
        continue;
      }
      const Index above = raised[number] = add();
      for (const Index top : below) graph_.join(top, above, keys_.pcie, "pcie");
    }
    return raised;
  }

  void add_nvlinks() {
    const auto shared = lanes_of_every_pair();
    const auto peers = static_cast<int>(graph_.gpus.size()) - 1;
    const bool crowded = shared && *shared * peers > kMostLanesOfGpu;
    if (keys_.nvswitch.value_or(crowded)) {
      if (!shared) {
        file_.fail("nvswitch is true, but not all pairs of GPUs show the same NV#");
      }
      const Index centre = graph_.add(DeviceKind::kSwitch, "nvswitch");
      graph_.nodes[centre].reduces = keys_.nvls.value_or(true);
      for (const Index gpu : graph_.gpus) {
        graph_.join(gpu, centre, nvlinks(*shared, latency::kToNvswitch), "nvlink");
      }
      return;
    }
    for (std::size_t a = 0; a < matrix_.size(); ++a) {
      int lanes = 0;
      for (std::size_t b = 0; b < matrix_.size(); ++b) {
        const auto& cell = matrix_.at(a, b);
        if (cell.path != SmiPath::kNv) continue;
        lanes += cell.lanes;
        refuse_crowd(cell, lanes);
        if (a > b) continue;
        graph_.join(nodes_[a], nodes_[b], nvlinks(cell.lanes, latency::kNvlink), "nvlink");
      }
    }
  }

  [[nodiscard]] LinkSpec nvlinks(int count, Duration latency) const {
    return bundle({.bandwidth = keys_.nvlink.bandwidth.value_or(Bandwidth{}),
                   .latency = keys_.nvlink.latency.value_or(latency)},
                  count);
  }

  void refuse_crowd(const SmiMatrix::Cell& cell, int lanes) const {
    if (lanes <= kMostLanesOfGpu || keys_.nvswitch.has_value()) return;
    file_.fail(cell.offset,
               fmt::format("with it the GPU has {} NVLinks, more than the {} that any has, and not "
                           "all pairs are alike; set nvswitch to false if these are cables",
                           lanes, kMostLanesOfGpu));
  }

  // The NV# that all pairs of GPUs show, if they do.
  [[nodiscard]] std::optional<int> lanes_of_every_pair() const {
    std::optional<int> lanes;
    for (std::size_t a = 0; a < matrix_.size(); ++a) {
      for (std::size_t b = 0; b < a; ++b) {
        if (!matrix_.devices[a].gpu || !matrix_.devices[b].gpu) continue;
        const auto& cell = matrix_.at(a, b);
        if (cell.path != SmiPath::kNv || (lanes && *lanes != cell.lanes)) return std::nullopt;
        lanes = cell.lanes;
      }
    }
    return lanes;
  }

  const TextFile& file_;
  const SmiMatrix& matrix_;
  const SmiKeys& keys_;
  ServerGraph graph_;
  std::vector<Index> nodes_;
  std::vector<Index> leaves_;  // what PCIe joins: the slot of a GPU, a NIC
  int switches_ = 0;
};

}  // namespace

ServerGraph smi_server(const TextFile& file, const SmiMatrix& matrix, const SmiKeys& keys) {
  return SmiReader(file, matrix, keys).read();
}

SmiNeeds smi_needs(const TextFile& file, const SmiMatrix& matrix) {
  SmiNeeds needs;
  needs.nvlink = std::ranges::count(matrix.cells, SmiPath::kNv, &SmiMatrix::Cell::path) > 0;
  needs.nic = std::ranges::count(matrix.devices, false, &SmiMatrix::Device::gpu) > 0;
  const Groups cpus = group(file, matrix, SmiPath::kNode);
  needs.socket = std::ranges::any_of(cpus, [&](std::size_t cpu) { return cpu != cpus.front(); });
  return needs;
}

}  // namespace commsim
