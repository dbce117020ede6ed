// Where the source of the probe is looked for.
#include "calibrate/probe_source.hpp"

#include <gmock/gmock.h>

#include "core/error.hpp"
#include "tests/support/command.hpp"

namespace commsim::probe_source_test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

fs::path make_probe(const fs::path& root) {
  const fs::path probe = root / "calibrate" / "probe";
  fs::create_directories(probe / "host");
  std::ofstream(probe / "CMakeLists.txt") << "\n";
  std::ofstream(probe / "host" / "CMakeLists.txt") << "\n";
  return probe;
}

TEST(ProbeSource, AFolderThatIsNamedMustHoldTheProbe) {
  const support::TemporaryFolder folder;
  make_probe(folder.path());
  for (const char* wrong : {"", "calibrate", "nothing"}) {
    try {
      const fs::path named = folder.path() / wrong;
      probe_source({.named = named, .executable = "/x/commsim", .built_from = folder.path()});
      FAIL() << wrong;
    } catch (const RequestError& refusal) {
      EXPECT_THAT(refusal.what(), HasSubstr("is not the folder calibrate/probe"));
    }
  }
}

TEST(ProbeSource, ACopyOfTheExecutableFarFromAnySourceSaysSo) {
  const support::TemporaryFolder folder;
  try {
    probe_source({.named = {},
                  .executable = folder.path() / "bin" / "commsim",
                  .built_from = "/no/such/tree"});
    FAIL() << "found";
  } catch (const MachineError& refusal) {
    EXPECT_THAT(refusal.what(), AllOf(HasSubstr("/bin/commsim"), HasSubstr("/no/such/tree"),
                                      HasSubstr("--probe-source")));
  }
}

TEST(ProbeSource, IsFoundAboveTheExecutableBesideItAndWhereItWasBuilt) {
  const support::TemporaryFolder folder;
  const fs::path tree = make_probe(folder.path() / "tree");
  const fs::path shared = make_probe(folder.path() / "prefix" / "share" / "commsim");
  const auto found = [&](const char* executable) {
    return probe_source({.named = {},
                         .executable = folder.path() / executable,
                         .built_from = folder.path() / "tree"});
  };
  EXPECT_EQ(found("tree/build/release/sim/commsim"), tree);
  EXPECT_EQ(found("prefix/bin/commsim"), shared);
  EXPECT_EQ(found("elsewhere/commsim"), tree);
  EXPECT_EQ(probe_source({.named = shared, .executable = "/x", .built_from = "/y"}),
            fs::canonical(shared));
}

}  // namespace
}  // namespace commsim::probe_source_test
