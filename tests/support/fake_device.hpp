// A device that keeps a script: what each case takes, and which one fails.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "calibrate/probe/host/device.hpp"

namespace commsim::probe {

/// The times of one operation in microseconds, from the beginning again at their end.
struct FakeScript {
  std::vector<double> times = {1000};
  bool in_place = false;
  std::optional<std::uint64_t> wrong;
  std::string fault;  // not empty: the case cannot be prepared
};

class FakeOperation final : public Operation {
 public:
  explicit FakeOperation(FakeScript script) : script_(std::move(script)) {}
  double run(Place place, int /*count*/) override {
    const double time = script_.times[next_++ % script_.times.size()];
    return place == Place::kInPlace ? time / 2 : time;
  }
  Facts facts() override {
    Facts facts;
    facts.count = 256;
    facts.ranks = 4;
    facts.bus_factor = 1.5;
    facts.estimate = 42;
    facts.what = "a fake, no device";
    return facts;
  }
  [[nodiscard]] bool works_in_place() const override { return script_.in_place; }
  std::optional<std::uint64_t> wrong(Place /*place*/) override { return script_.wrong; }

 private:
  FakeScript script_;
  std::size_t next_ = 0;
};

class FakeDevice final : public Device {
 public:
  std::map<std::string, FakeScript> scripts;  // by operation

  std::unique_ptr<Operation> prepare(const Case& which) override {
    const FakeScript script = scripts[which.operation];
    if (!script.fault.empty()) throw std::runtime_error(script.fault);
    return std::make_unique<FakeOperation>(script);
  }
  Clocks clocks() override { return {1980, 2619}; }
};

}  // namespace commsim::probe
