// What it costs to start a kernel: one after the other, waited for, and as a graph that is
// replayed.
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>

#include "calibrate/probe/cuda/resources.hpp"
#include "calibrate/probe/kernels/busy.hpp"
#include "calibrate/probe/suites/suites.hpp"

namespace commsim::probe {
namespace {

Facts launch_facts(std::uint64_t kernels, const std::string& what) {
  Facts facts;
  facts.count = kernels;
  facts.what = what;
  return facts;
}

class Launch final : public Operation {
 public:
  explicit Launch(bool wait) : wait_(wait) {}

  double run(Place /*place*/, int count) override {
    using Clock = std::chrono::steady_clock;
    stream_.wait();
    const auto start = Clock::now();
    for (int i = 0; i < count; ++i) {
      launch_nothing(stream_.get());
      if (wait_) stream_.wait();
    }
    stream_.wait();
    check(cudaGetLastError(), "cannot launch");
    return std::chrono::duration<double, std::micro>(Clock::now() - start).count() / count;
  }
  Facts facts() override {
    return launch_facts(1, wait_ ? "an empty kernel until the host knows that it has ended"
                                 : "an empty kernel of several in a row; by the clock of the host");
  }

 private:
  Stream stream_;
  bool wait_;
};

class GraphReplay final : public Operation {
 public:
  explicit GraphReplay(int kernels) : kernels_(kernels) {
    check(cudaStreamBeginCapture(stream_.get(), cudaStreamCaptureModeThreadLocal), "no capture");
    for (int i = 0; i < kernels; ++i) launch_nothing(stream_.get());
    check(cudaStreamEndCapture(stream_.get(), &graph_), "no capture");
    check(cudaGraphInstantiateWithFlags(&replay_, graph_, 0), "no graph");
  }
  ~GraphReplay() override {
    if (replay_ != nullptr) cudaGraphExecDestroy(replay_);
    if (graph_ != nullptr) cudaGraphDestroy(graph_);
  }

  double run(Place /*place*/, int count) override {
    return time_on_stream(stream_, timer_, count, [&] {
      check(cudaGraphLaunch(replay_, stream_.get()), "cannot replay a graph");
    });
  }
  Facts facts() override {
    return launch_facts(
        static_cast<std::uint64_t>(kernels_),
        "a graph of " + std::to_string(kernels_) + " empty kernels; by the clock of the GPU");
  }

 private:
  Stream stream_;
  StreamTimer timer_;
  int kernels_;
  cudaGraph_t graph_ = nullptr;
  cudaGraphExec_t replay_ = nullptr;
};

}  // namespace

std::unique_ptr<Operation> make_launch(const Case& which) {
  if (which.operation == "launch") return std::make_unique<Launch>(false);
  if (which.operation == "launch_and_wait") return std::make_unique<Launch>(true);
  const std::string graph = "graph_";
  if (which.operation.rfind(graph, 0) == 0) {
    return std::make_unique<GraphReplay>(std::stoi(which.operation.substr(graph.size())));
  }
  throw std::runtime_error("no such launch: " + which.operation);
}

}  // namespace commsim::probe
