#include <gmock/gmock.h>

#include <cmath>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "sim/workload/training/layer_list.hpp"
#include "sim/workload/training/training_model.hpp"

namespace commsim::training_layer_list_test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

LayerList resnet50() {
  return std::get<LayerList>(Registry<TrainingModel>::get("resnet50", "model").shape);
}

void expect_refused(const ModelLayer& layer, const std::string& why) {
  EXPECT_THAT([&] { validate(LayerList{.layers = {layer}}); },
              ThrowsMessage<RequestError>(HasSubstr(why)));
}

TEST(TrainingLayerList, RefusesLayersThatAreNone) {
  EXPECT_THAT([] { validate(LayerList{}); }, ThrowsMessage<RequestError>(HasSubstr("from 1 to")));
  EXPECT_THAT(
      [] {
        validate(LayerList{
            .layers = std::vector<ModelLayer>(1001, ModelLayer{.parameters = 1'000'000'000'000})});
      },
      ThrowsMessage<RequestError>(HasSubstr("at most 10^15 parameters")));
  expect_refused({.name = "a", .parameters = -1}, "layer 'a': parameters are from 0 to 10^12");
  expect_refused({.name = "a", .activations = 2'000'000'000'000}, "activations are from 0");
  expect_refused({.name = "a", .forward_flops = -1}, "FLOPs are finite and not negative");
  expect_refused({.name = "a", .forward_flops = std::nan("")}, "FLOPs are finite");
  expect_refused({.name = "a", .backward_flops = HUGE_VAL}, "FLOPs are finite");
}

TEST(TrainingLayerList, ConvolutionsNormsAndMatricesFollowFromTheirSizes) {
  const ModelLayer first = convolution("first", 3, 64, 7, 224, 112);
  EXPECT_EQ(first.parameters, 9408);
  EXPECT_EQ(first.forward_flops, 2.0 * 9408 * 112 * 112);
  EXPECT_EQ(first.backward_flops, 2 * first.forward_flops);
  EXPECT_EQ(first.activations, 3 * 224 * 224);
  EXPECT_EQ(batch_norm("norm", 64, 112).parameters, 128);
  EXPECT_EQ(fully_connected("fc", 2048, 1000).parameters, 2'049'000);
}

// torchvision's resnet50: 25,557,032 parameters and 4.09 billion multiplications and additions.
TEST(TrainingLayerList, ResNet50IsAsPublished) {
  const LayerList model = resnet50();
  EXPECT_NO_THROW(validate(model));
  EXPECT_EQ(parameters(model), 25'557'032);
  double multiplications = 0;
  int matrices = 0;
  for (const ModelLayer& layer : model.layers) {
    if (layer.name.ends_with(".norm")) continue;
    multiplications += layer.forward_flops / 2;
    ++matrices;
  }
  EXPECT_EQ(multiplications, 4'089'184'256);
  EXPECT_EQ(matrices, 54);  // 49 of 50 layers are convolutions, 4 more are ways around, and one fc
}

TEST(TrainingLayerList, SumsAreThoseOfItsLayers) {
  const LayerList model{.layers = {{.name = "a",
                                    .parameters = 3,
                                    .forward_flops = 10,
                                    .backward_flops = 20,
                                    .activations = 7},
                                   {.name = "b",
                                    .parameters = 4,
                                    .forward_flops = 1,
                                    .backward_flops = 2,
                                    .activations = 8}}};
  EXPECT_EQ(parameters(model), 7);
  EXPECT_EQ(forward_flops(model), 11);
  EXPECT_EQ(backward_flops(model), 22);
  EXPECT_EQ(activations(model), 15);
}

}  // namespace
}  // namespace commsim::training_layer_list_test
