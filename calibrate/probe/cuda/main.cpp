// commsim_probe: the command line, and the side that measures in a process of its own.
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "calibrate/probe/cuda/cuda_device.hpp"
#include "calibrate/probe/cuda/inventory.hpp"
#include "calibrate/probe/cuda/nvml.hpp"
#include "calibrate/probe/host/child_protocol.hpp"
#include "calibrate/probe/host/descriptor.hpp"
#include "calibrate/probe/host/options.hpp"
#include "calibrate/probe/host/output_error.hpp"
#include "calibrate/probe/host/program.hpp"
#include "calibrate/probe/host/worker.hpp"
#ifdef COMMSIM_PROBE_MPI
#include "calibrate/probe/cuda/mpi_run.hpp"
#endif

namespace commsim::probe {
namespace {

std::unique_ptr<Team> own_team(const Options& options) {
  if (options.ranks == 1) return std::make_unique<SoloTeam>();
  std::vector<Descriptor> sockets;
  const int count = options.rank == 0 ? options.ranks - 1 : 1;
  for (int i = 0; i < count; ++i) sockets.emplace_back(kFirstTeamDescriptor + i);
  return std::make_unique<SocketTeam>(options.rank, options.ranks, std::move(sockets));
}

int run_child(const Options& options) {
  // Without a parent there is nobody to report to.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const Report report = [](const std::string& line) {
    if (write_all(kReportDescriptor, line + '\n') != 0) std::_Exit(kNoResult);
  };
  std::vector<Case> cases;
  for (std::string line; std::getline(std::cin, line);) cases.push_back(parse_case(line));
  const auto team = own_team(options);
  std::unique_ptr<Device> device;
  try {
    device = make_cuda_device(*team, options);
  } catch (const std::runtime_error& fault) {
    report(kFail + fault.what());
    return kNoResult;
  }
  return work(*device, *team, cases, options.sampler, report) ? kDone : kNoResult;
}

int run(const Options& options) {
  if (options.help) {
    std::cout << usage();
    return kDone;
  }
  if (options.list) {
    Inventory inventory = built_with();
    try {
      inventory = take_inventory();
    } catch (const std::runtime_error&) {
      std::cerr << "commsim_probe: no GPU here\n";
    }
    print_suites(std::cout, inventory);
    return kDone;
  }
  if (options.child) return run_child(options);
  const Inventory inventory = take_inventory();
  const Clocks clocks = nvml_clocks(pci_bus_id(0));
#ifdef COMMSIM_PROBE_MPI
  if (const auto code = run_under_mpi(options, inventory, clocks)) return *code;
#endif
  return run_program("/proc/self/exe", options, inventory, clocks, ::isatty(STDERR_FILENO) == 1);
}

}  // namespace
}  // namespace commsim::probe

int main(int count, char** arguments) {
  using namespace commsim::probe;
  try {
    return run(parse_options({arguments + 1, arguments + count}));
  } catch (const UsageError& refusal) {
    std::cerr << "commsim_probe: " << refusal.what() << '\n';
    return kBadRequest;
  } catch (const std::invalid_argument& refusal) {
    std::cerr << "commsim_probe: " << refusal.what() << '\n';
    return kBadRequest;
  } catch (const OutputError& fault) {
    std::cerr << "commsim_probe: " << fault.what() << "; what was measured before is kept\n";
    return kNoResult;
  } catch (const std::exception& fault) {
    std::cerr << "commsim_probe: " << fault.what() << '\n';
    return kNoResult;
  }
}
