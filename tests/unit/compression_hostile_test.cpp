// Quantisers read any bytes without harm.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "collectives/compression/codec.hpp"
#include "core/random.hpp"

namespace commsim::compression_hostile_test {
namespace {

std::vector<const Codec*> quantisers() {
  std::vector<const Codec*> all;
  for (const Codec* codec : Registry<Codec>::entries()) {
    if (codec->make_quantiser != nullptr) all.push_back(codec);
  }
  return all;
}

std::unique_ptr<Quantiser> make(const Codec& codec) {
  CodecParameters parameters;
  if (codec.name == "rounded") parameters.scale = 0.01;
  if (codec.name == "qsgd") parameters.levels = 5;
  return codec.make_quantiser(parameters);
}

std::vector<float> some_values() {
  Random random(2);
  std::vector<float> values(301);
  for (float& value : values) value = static_cast<float>(random.unit() - 0.5);
  return values;
}

TEST(CompressionHostile, AMessageThatIsCutOffOrExtendedIsRefused) {
  const auto values = some_values();
  ASSERT_FALSE(quantisers().empty());
  for (const Codec* codec : quantisers()) {
    Encoded bytes;
    make(*codec)->encode(values, bytes);
    std::vector<float> decoded(values.size());
    for (std::size_t length = 0; length < bytes.size(); ++length) {
      // In memory of its own, so that sanitizers see what is read beyond.
      const Encoded cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length));
      EXPECT_THAT([&] { return make(*codec)->decode(cut, decoded); },
                  testing::Throws<DecodeError>())
          << codec->name << length;
    }
    bytes.push_back(std::byte{0});
    EXPECT_THAT([&] { return make(*codec)->decode(bytes, decoded); },
                testing::Throws<DecodeError>())
        << codec->name;
  }
}

TEST(CompressionHostile, AMessageOfMoreOrFewerElementsIsRefused) {
  const auto values = some_values();
  for (const Codec* codec : quantisers()) {
    Encoded bytes;
    make(*codec)->encode(values, bytes);
    // A byte holds several elements of some codecs: 8 more or fewer make a difference for all.
    for (const std::size_t wrong : {std::size_t{0}, values.size() - 8, values.size() + 8}) {
      std::vector<float> decoded(wrong);
      EXPECT_THAT([&] { return make(*codec)->decode(bytes, decoded); },
                  testing::Throws<DecodeError>())
          << codec->name;
    }
  }
}

TEST(CompressionHostile, AnyBytesAreRefusedOrDecodeToSomeNumbers) {
  const auto values = some_values();
  Random random(6);
  for (const Codec* codec : quantisers()) {
    Encoded bytes;
    make(*codec)->encode(values, bytes);
    for (int i = 0; i < 300; ++i) {
      Encoded changed = bytes;
      for (std::byte& byte : changed) {
        if (i % 3 == 0 || random.below(100) == 0) byte = static_cast<std::byte>(random.next());
      }
      std::vector<float> decoded(values.size());
      try {
        make(*codec)->decode(changed, decoded);
      } catch (const DecodeError& error) {
        EXPECT_NE(std::string(error.what()), "");
      }
    }
  }
}

TEST(CompressionHostile, AWidthThatNoIntegerHasIsRefused) {
  const auto quantiser = make(Registry<Codec>::get("rounded", "codec"));
  std::vector<float> decoded(3);
  EXPECT_THAT([&] { return quantiser->decode(Encoded(1 + 3 * 3, std::byte{3}), decoded); },
              testing::Throws<DecodeError>());
  EXPECT_THAT([&] { return quantiser->decode(Encoded(1, std::byte{0}), decoded); },
              testing::Throws<DecodeError>());
}

}  // namespace
}  // namespace commsim::compression_hostile_test
