#include "topology/import/nccl_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <map>
#include <pugixml.hpp>
#include <set>

#include "topology/import/nccl_rates.hpp"
#include "topology/import/xml_file.hpp"

namespace commsim {
namespace {

using Index = ServerGraph::Index;

constexpr XmlLimits kTopologyLimits{
    .bytes = std::size_t{1} << 22U, .elements = 20'000, .depth = 32};
constexpr std::size_t kMostCpus = 64;
constexpr std::int64_t kMostNvlinks = 1024;
constexpr std::int64_t kMostMegabits = 100'000'000;

constexpr std::int64_t kFirstWithNvls = 90;  // Hopper, whose NVSwitches are of the third generation

struct Cpu {
  Index node = 0;
  pugi::xml_node element;
  std::optional<Bandwidth> rate;  // to another one
};

struct Gpu {
  Index node = 0;
  Index cpu = 0;
  std::int64_t dev = 0;
  std::int64_t sm = 0;
  std::string busid;
  pugi::xml_node element;
  std::map<std::size_t, std::int64_t> peers;  // number in gpus_ -> NVLinks
};

struct Net {
  Index node = 0;
  std::int64_t dev = 0;
  LinkSpec cable;
  pugi::xml_node element;
};

class NcclReader {
 public:
  NcclReader(const TextFile& file, const NcclKeys& keys) : file_(file), keys_(keys) {}

  ServerGraph read() {
    pugi::xml_document document;
    parse_xml(file_, kTopologyLimits, document);
    const pugi::xml_node system = document.document_element();
    if (std::string_view(system.name()) != "system") {
      fail_at(file_, system, fmt::format("expected <system>, found <{}>", system.name()));
    }
    for (const pugi::xml_node& cpu : system.children("cpu")) read_cpu(cpu);
    if (gpus_.empty()) {
      fail_at(file_, system,
              "there is no <gpu> in it; a file that NCCL has written with NCCL_TOPO_DUMP_FILE "
              "names them, one that is made for NCCL_TOPO_FILE may not");
    }
    join_cpus();
    order(gpus_, "gpu");
    order(nets_, "nic");
    for (Gpu& gpu : gpus_) read_nvlinks(gpu);
    join_gpus();
    for (const Gpu& gpu : gpus_) graph_.gpus.push_back(gpu.node);
    for (const Net& net : nets_) graph_.nics.push_back({.nic = net.node, .cable = net.cable});
    graph_.facts = facts();
    return std::move(graph_);
  }

 private:
  // What NCCL's own model of time asks about. A latency that is no number of microseconds is none.
  [[nodiscard]] ServerFacts facts() const {
    constexpr std::int64_t kOldest = 70;
    constexpr std::array kFirst{kOldest, std::int64_t{80}, std::int64_t{90}, std::int64_t{100}};
    constexpr double kLongest = 1e6;
    ServerFacts facts;
    const std::int64_t oldest = std::ranges::min(gpus_, {}, &Gpu::sm).sm;
    if (oldest >= kOldest) {
      const auto newer = std::ranges::upper_bound(kFirst, oldest);
      facts.gpu = static_cast<GpuGeneration>(newer - kFirst.begin() - 1);
    }
    const std::string_view vendor = cpus_.front().element.attribute("vendor").value();
    facts.cpu = vendor == "GenuineIntel"   ? CpuMaker::kIntel
                : vendor == "AuthenticAMD" ? CpuMaker::kAmd
                                           : CpuMaker::kOther;
    for (const Net& net : nets_) {
      const double latency = net.element.attribute("latency").as_double();
      if (!(latency > 0 && latency < kLongest)) continue;
      const auto nanoseconds = std::llround(latency * 1000);
      facts.network_latency =
          std::max<Duration>(facts.network_latency, std::chrono::nanoseconds(nanoseconds));
    }
    return facts;
  }

  void read_cpu(const pugi::xml_node& element) {
    const std::string_view host = element.attribute("host_hash").value();
    if (!cpus_.empty() && host != cpus_.front().element.attribute("host_hash").value()) {
      fail_at(file_, element, "describes several hosts (host_hash); one server is expected");
    }
    if (cpus_.size() >= kMostCpus) {
      fail_at(file_, element, fmt::format("there are more than {} <cpu>", kMostCpus));
    }
    const Index node = graph_.add(DeviceKind::kHost, fmt::format("cpu{}", cpus_.size()));
    cpus_.push_back({.node = node, .element = element, .rate = keys_.socket.bandwidth});
    for (const pugi::xml_node& pci : element.children("pci")) read_pci(pci, node, node);
    for (const pugi::xml_node& nic : element.children("nic")) read_nic(nic, node, std::nullopt);
  }

  static bool holds_endpoint(const pugi::xml_node& pci) {
    return !pci.find_node([](const pugi::xml_node& node) {
                 const std::string_view name = node.name();
                 return name == "gpu" || name == "net";
               })
                .empty();
  }

  // The depth of the recursion is that of the elements, which parse_xml has bounded.
  void read_pci(const pugi::xml_node& element, Index parent, Index cpu) {
    if (!holds_endpoint(element)) return;  // a disk, or an NVSwitch as a PCIe device
    std::string busid = text_of(file_, element, "busid");
    const LinkSpec link = pcie_link(element);
    const Index node = graph_.add(DeviceKind::kSwitch, "pci-" + busid);
    if (!busids_.insert(busid).second) {
      fail_at(file_, element, element.attribute("busid"),
              fmt::format("the busid '{}' is there twice", busid));
    }
    graph_.join(node, parent, link, "pcie");
    for (const pugi::xml_node& pci : element.children("pci")) read_pci(pci, node, cpu);
    for (const pugi::xml_node& gpu : element.children("gpu")) {
      if (!gpus_.empty() && gpus_.back().busid == busid) {
        fail_at(file_, gpu, "a second <gpu> in one <pci>");
      }
      Gpu found{.cpu = cpu,
                .dev = whole_of(file_, gpu, "dev", 0, UINT16_MAX),
                .sm = whole_of(file_, gpu, "sm", 10, 999),
                .busid = busid,
                .element = gpu,
                .peers = {}};
      found.node = graph_.add(DeviceKind::kGpu, {});
      graph_.join(found.node, node, {.bandwidth = link.bandwidth, .latency = Duration{0}}, "pcie");
      gpus_.push_back(std::move(found));
    }
    for (const pugi::xml_node& nic : element.children("nic")) read_nic(nic, node, link.bandwidth);
  }

  LinkSpec pcie_link(const pugi::xml_node& element) {
    LinkSpec link{.bandwidth = {}, .latency = keys_.pcie.latency.value_or(latency::kPcie)};
    auto rate = keys_.pcie.bandwidth;
    if (!rate) {
      const std::int64_t lanes = whole_of(file_, element, "link_width", 0, 64);
      const std::string speed = text_of(file_, element, "link_speed");
      if (lanes > 0) rate = pcie_rate(speed, static_cast<int>(lanes));
      if (!rate) {
        fail_at(file_, element, element.attribute("link_speed"),
                fmt::format("'{}' with {} lanes is no known speed, as happens in virtual machines; "
                            "set pcie.bandwidth",
                            speed, lanes));
      }
    }
    link.bandwidth = *rate;
    return link;
  }

  // `pcie` is the rate of its slot, if it has one.
  void read_nic(const pugi::xml_node& element, Index parent, std::optional<Bandwidth> pcie) {
    for (const pugi::xml_node& net : element.children("net")) {
      Net found{.dev = whole_of(file_, net, "dev", 0, UINT16_MAX), .cable = {}, .element = net};
      found.cable.latency = keys_.nic.latency.value_or(latency::kNic);
      if (keys_.nic.bandwidth) {
        found.cable.bandwidth = *keys_.nic.bandwidth;
      } else {
        found.cable.bandwidth =
            Bandwidth::bits_per_second(whole_of(file_, net, "speed", 1, kMostMegabits) * 1'000'000);
      }
      found.node = graph_.add(DeviceKind::kNic, {});
      graph_.join(found.node, parent,
                  {.bandwidth = pcie.value_or(found.cable.bandwidth), .latency = Duration{0}},
                  "pcie");
      nets_.push_back(found);
    }
  }

  void join_cpus() {
    if (cpus_.size() < 2) return;
    for (Cpu& cpu : cpus_) {
      if (!cpu.rate) cpu.rate = rate_of(cpu.element);
    }
    const Duration latency = keys_.socket.latency.value_or(Duration{0});
    for (std::size_t a = 0; a < cpus_.size(); ++a) {
      for (std::size_t b = a + 1; b < cpus_.size(); ++b) {
        graph_.join(cpus_[a].node, cpus_[b].node,
                    {.bandwidth = std::min(*cpus_[a].rate, *cpus_[b].rate), .latency = latency},
                    "socket");
      }
    }
  }

  Bandwidth rate_of(const pugi::xml_node& cpu) {
    const std::string_view vendor = cpu.attribute("vendor").value();
    CpuName name{.arch = cpu.attribute("arch").value(), .vendor = vendor};
    if (vendor == "GenuineIntel") {
      name.family = whole_of(file_, cpu, "familyid", 0, UINT16_MAX);
      name.model = whole_of(file_, cpu, "modelid", 0, UINT16_MAX);
    }
    if (const auto rate = socket_rate(name)) return *rate;
    fail_at(file_, cpu,
            fmt::format("how fast a processor '{}' of '{}' speaks to another is not known; set "
                        "socket.bandwidth",
                        name.arch, name.vendor));
  }

  // By `dev`, which names them.
  template <typename Device>
  void order(std::vector<Device>& devices, std::string_view kind) {
    std::ranges::stable_sort(devices, {}, &Device::dev);
    for (std::size_t i = 0; i < devices.size(); ++i) {
      if (i > 0 && devices[i].dev == devices[i - 1].dev) {
        const pugi::xml_node& element = devices[i].element;
        fail_at(file_, element, element.attribute("dev"),
                fmt::format("dev=\"{}\" is there twice", devices[i].dev));
      }
      graph_.nodes[devices[i].node].name = fmt::format("{}{}", kind, i);
    }
  }

  void read_nvlinks(Gpu& gpu) {
    std::int64_t to_switches = 0;
    std::int64_t to_cpu = 0;
    for (const pugi::xml_node& link : gpu.element.children("nvlink")) {
      const std::int64_t count = whole_of(file_, link, "count", 1, kMostNvlinks);
      const std::string target = text_of(file_, link, "target");
      const std::string_view kind = link.attribute("tclass").value();
      if (kind == "0x068000") {
        to_switches += count;
      } else if (kind == "0x068001") {
        to_cpu += count;
      } else if (kind.empty() || kind.starts_with("0x03")) {
        gpu.peers[peer(gpu, link, target)] += count;
      } else {
        fail_at(file_, link, link.attribute("tclass"),
                fmt::format("'{}' is no legal end of an NVLink; legal: 0x0302.. and 0x0300.. "
                            "(GPU), 0x068000 (NVSwitch), 0x068001 (processor)",
                            kind));
      }
    }
    if (to_switches > 0) {
      if (!nvswitch_) nvswitch_ = graph_.add(DeviceKind::kSwitch, "nvswitch");
      graph_.nodes[*nvswitch_].reduces &= keys_.nvls.value_or(gpu.sm >= kFirstWithNvls);
      join_nvlinks(gpu.node, *nvswitch_, gpu, nvlink(gpu), to_switches, latency::kToNvswitch);
    }
    if (to_cpu > 0) join_nvlinks(gpu.node, gpu.cpu, gpu, nvlink(gpu), to_cpu, latency::kNvlink);
    for (const pugi::xml_node& link : gpu.element.children("c2c")) {
      const auto rate =
          Bandwidth::bits_per_second(whole_of(file_, link, "bw", 1, kMostMegabits) * 8'000'000);
      const std::int64_t count = whole_of(file_, link, "count", 1, kMostNvlinks);
      join_nvlinks(gpu.node, gpu.cpu, gpu, rate, count, latency::kNvlink);
    }
  }

  std::size_t peer(const Gpu& gpu, const pugi::xml_node& link, const std::string& target) {
    const auto found = std::ranges::find(gpus_, target, &Gpu::busid);
    if (found == gpus_.end() || &*found == &gpu) {
      fail_at(file_, link, link.attribute("target"),
              fmt::format("the NVLink leads to '{}', which is no other GPU of this file", target));
    }
    return static_cast<std::size_t>(found - gpus_.begin());
  }

  // The nominal rate of one link.
  Bandwidth nvlink(const Gpu& gpu) {
    if (keys_.nvlink.bandwidth) return *keys_.nvlink.bandwidth;
    if (const auto rate = nvlink_rate(gpu.sm)) return *rate;
    fail_at(file_, gpu.element, gpu.element.attribute("sm"),
            fmt::format("how fast an NVLink of sm=\"{}\" is is not known; set nvlink.bandwidth",
                        gpu.sm));
  }

  void join_nvlinks(Index a, Index b, const Gpu& gpu, Bandwidth one, std::int64_t count,
                    Duration latency) {
    const LinkSpec link{.bandwidth = one, .latency = keys_.nvlink.latency.value_or(latency)};
    try {
      graph_.join(a, b, bundle(link, count), "nvlink");
    } catch (const RequestError& refusal) {
      fail_at(file_, gpu.element, refusal.what());
    }
  }

  // Both ends name a link between GPUs; it is added once.
  void join_gpus() {
    for (std::size_t a = 0; a < gpus_.size(); ++a) {
      for (const auto& [b, count] : gpus_[a].peers) {
        const auto back = gpus_[b].peers.find(a);
        const std::int64_t returned = back == gpus_[b].peers.end() ? 0 : back->second;
        if (returned != count) {
          fail_at(file_, gpus_[a].element,
                  fmt::format("has {} NVLinks to {}, which has {} back", count, gpus_[b].busid,
                              returned));
        }
        if (a > b) continue;
        const Bandwidth one = std::min(nvlink(gpus_[a]), nvlink(gpus_[b]));
        join_nvlinks(gpus_[a].node, gpus_[b].node, gpus_[a], one, count, latency::kNvlink);
      }
    }
  }

  const TextFile& file_;
  const NcclKeys& keys_;
  ServerGraph graph_;
  std::vector<Cpu> cpus_;
  std::vector<Gpu> gpus_;
  std::vector<Net> nets_;
  std::set<std::string> busids_;
  std::optional<Index> nvswitch_;
};

}  // namespace

ServerGraph read_nccl_topology(const TextFile& file, const NcclKeys& keys) {
  return NcclReader(file, keys).read();
}

}  // namespace commsim
