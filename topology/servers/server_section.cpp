#include "topology/servers/server_section.hpp"

#include "topology/servers/part_name.hpp"
#include "topology/wiring.hpp"

namespace commsim {
namespace {

/// GPUs, and the parts that its wiring puts between them.
class WiredServer final : public ServerPlan {
 public:
  WiredServer(int gpus, int nics, std::vector<std::unique_ptr<ServerPart>> parts, LinkSpec nic,
              ServerFacts facts)
      : gpus_(gpus), nics_(nics), parts_(std::move(parts)), nic_(nic), facts_(facts) {}

  [[nodiscard]] int gpus() const override { return gpus_; }
  [[nodiscard]] int nics() const override { return nics_; }
  [[nodiscard]] LinkSpec cable(int /*nic*/) const override { return nic_; }
  [[nodiscard]] ServerFacts facts() const override { return facts_; }

  [[nodiscard]] TopologySize size(bool networked) const override {
    TopologySize all{.ranks = gpus_, .devices = gpus_};
    for (const auto& part : parts_) {
      const TopologySize more = part->size(networked);
      all.devices += more.devices;
      all.links += more.links;
    }
    return all;
  }

  BuiltServer build(TopologyBuilder& builder, std::int32_t index, bool networked) const override {
    BuiltServer server;
    for (int g = 0; g < gpus_; ++g) {
      server.gpus.push_back(
          builder.add_device(DeviceKind::kGpu, part_name(index, "gpu", g), index));
    }
    for (const auto& part : parts_) part->add(builder, index, networked, server);
    return server;
  }

 private:
  int gpus_;
  int nics_;
  std::vector<std::unique_ptr<ServerPart>> parts_;
  LinkSpec nic_;
  ServerFacts facts_;
};

// Without a word for it a lone GPU needs no wiring.
const Wiring& read_wiring(ServerKeys& keys, const ServerSpec* preset) {
  ConfigReader& section = keys.section();
  const auto word = section.word("intra", Registry<Wiring>::names());
  if (word) return Registry<Wiring>::get(*word, "wiring");
  if (section.raw("intra") != nullptr) section.read_all_keys();  // the wiring would tell which
  if (preset != nullptr) return Registry<Wiring>::get(preset->intra, "wiring");
  if (keys.gpus() > 1) section.missing("intra");
  return Registry<Wiring>::get("none", "wiring");
}

}  // namespace

std::unique_ptr<ServerPlan> read_server(ConfigReader& section, bool networked) {
  for (const ServerImport* import : Registry<ServerImport>::entries()) {
    if (section.raw(import->name) == nullptr) continue;
    auto imported = import->read(section, networked);
    if (imported == nullptr) section.read_all_keys();
    return imported;
  }
  const auto* preset = section.named<ServerPreset>("preset", "server preset");
  if (section.raw("preset") != nullptr && preset == nullptr) {
    section.read_all_keys();  // which are needed, the preset would tell
    return nullptr;
  }
  const ServerSpec* spec = preset != nullptr ? &preset->server : nullptr;
  ServerKeys keys(section, spec, networked);
  auto parts = read_wiring(keys, spec).read(keys);
  const LinkSpec nic = keys.link("nic", &ServerSpec::nic, networked);
  const ServerFacts facts = spec != nullptr ? spec->facts : ServerFacts{};
  return std::make_unique<WiredServer>(keys.gpus(), keys.nics(), std::move(parts), nic, facts);
}

}  // namespace commsim
