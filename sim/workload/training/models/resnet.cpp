// Residual networks of bottleneck blocks: three convolutions, 1x1, 3x3 and 1x1, each with a batch
// normalisation, beside a way around them.
#include <array>
#include <string>
#include <utility>

#include "sim/workload/training/training_model.hpp"

namespace commsim::resnet {
namespace {

constexpr std::int64_t kExpansion = 4;  // of a block's width, at its end

struct Image {
  std::int64_t channels = 0;
  std::int64_t side = 0;
};

class Builder {
 public:
  void add_convolution(const std::string& name, std::int64_t outputs, std::int64_t kernel,
                       std::int64_t stride) {
    image_ = append(image_, name, outputs, kernel, stride);
  }

  // The stride is the middle convolution's (version 1.5, as in torchvision and MLPerf; the paper
  // has it in the first).
  void add_block(const std::string& name, std::int64_t width, std::int64_t stride) {
    const Image before = image_;
    add_convolution(name + ".conv1", width, 1, 1);
    add_convolution(name + ".conv2", width, 3, stride);
    add_convolution(name + ".conv3", kExpansion * width, 1, 1);
    if (before.channels != image_.channels) {
      append(before, name + ".downsample", kExpansion * width, 1, stride);
    }
  }

  void halve() { image_.side /= 2; }

  LayerList finish(std::int64_t classes) && {
    list_.layers.push_back(fully_connected("fc", image_.channels, classes));
    return std::move(list_);
  }

  explicit Builder(Image image) : image_(image) {}

 private:
  // Padding keeps the side, which is even wherever there is a stride.
  Image append(Image from, const std::string& name, std::int64_t outputs, std::int64_t kernel,
               std::int64_t stride) {
    const Image to{.channels = outputs, .side = from.side / stride};
    list_.layers.push_back(convolution(name, from.channels, outputs, kernel, from.side, to.side));
    list_.layers.push_back(batch_norm(name + ".norm", outputs, to.side));
    return to;
  }

  Image image_;
  LayerList list_;
};

LayerList resnet(const std::array<std::int64_t, 4>& blocks) {
  Builder builder(Image{.channels = 3, .side = 224});
  builder.add_convolution("conv1", 64, 7, 2);
  builder.halve();  // the pooling in front of the first stage
  std::int64_t width = 64;
  for (std::size_t stage = 0; stage < blocks.size(); ++stage, width *= 2) {
    for (std::int64_t block = 0; block < blocks.at(stage); ++block) {
      builder.add_block("layer" + std::to_string(stage + 1) + "." + std::to_string(block), width,
                        stage > 0 && block == 0 ? 2 : 1);
    }
  }
  return std::move(builder).finish(1000);
}

const Registration<TrainingModel> kResNet50{{
    .name = "resnet50",
    .summary = "ResNet-50 v1.5, images of 224 x 224, 25.6 million parameters",
    .reference = "He et al., Deep Residual Learning for Image Recognition, CVPR 2016, table 1; "
                 "the stride is where torchvision has it",
    .shape = resnet({3, 4, 6, 3}),
}};

}  // namespace
}  // namespace commsim::resnet
