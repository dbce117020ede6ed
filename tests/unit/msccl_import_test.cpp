// What the import of MSCCL XML refuses, and where; what its steps mean.
#include <gmock/gmock.h>

#include "collectives/call_options.hpp"
#include "collectives/msccl/import.hpp"
#include "collectives/proof/checker.hpp"
#include "core/diagnostics.hpp"

namespace commsim::msccl::msccl_import_test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// Two GPUs send each other both chunks and sum them; line 4 and 5 are the steps of GPU 0.
constexpr std::string_view kSwap =
    R"(<algo name="swap" proto="LL" nchannels="1" nchunksperloop="2" ngpus="2" coll="allreduce" inplace="1">
<gpu id="0" i_chunks="2" o_chunks="2" s_chunks="2">
<tb id="0" send="1" recv="1" chan="0">
<step s="0" type="s" srcbuf="i" srcoff="0" dstbuf="i" dstoff="0" cnt="2" depid="-1" deps="-1" hasdep="0"/>
<step s="1" type="rrc" srcbuf="i" srcoff="0" dstbuf="i" dstoff="0" cnt="2" depid="-1" deps="-1" hasdep="0"/>
</tb>
<tb id="1" send="-1" recv="-1" chan="0"/>
</gpu>
<gpu id="1" i_chunks="2" o_chunks="2" s_chunks="2">
<tb id="0" send="0" recv="0" chan="0">
<step s="0" type="s" srcbuf="i" srcoff="0" dstbuf="i" dstoff="0" cnt="2" depid="-1" deps="-1" hasdep="0"/>
<step s="1" type="rrc" srcbuf="i" srcoff="0" dstbuf="i" dstoff="0" cnt="2" depid="-1" deps="-1" hasdep="0"/>
</tb>
</gpu>
</algo>
)";

CollectiveCall call_of(std::string_view xml, Rank ranks = 2, std::int64_t size = 8) {
  CollectiveCall call = flat_call(CollectiveKind::kAllReduce, Bytes{size}, Bytes{1}, ranks);
  call.schedule = {.name = "x.xml", .text = std::string(xml)};
  return call;
}

// kSwap with the first `from` at or after line `line` replaced.
std::string with(int line, const std::string& from, const std::string& to) {
  std::string text(kSwap);
  std::size_t at = 0;
  for (int l = 1; l < line; ++l) at = text.find('\n', at) + 1;
  at = text.find(from, at);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string refusal(const CollectiveCall& call) {
  try {
    std::ignore = import(call);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "accepted";
}

std::string refusal(std::string_view xml) { return refusal(call_of(xml)); }

TEST(MscclImport, AnAbsentScheduleIsRefused) {
  CollectiveCall call = call_of("");
  call.schedule.reset();
  EXPECT_THROW(std::ignore = import(call), RequestError);
}

TEST(MscclImport, WhatIsNoScheduleIsRefused) {
  EXPECT_THAT(refusal(""), HasSubstr("x.xml:1:1: error: this is no XML"));
  EXPECT_THAT(refusal("<algo>\n<gpu></algo>"), HasSubstr("x.xml:2:"));
  EXPECT_THAT(refusal("<mesh/>"), HasSubstr("x.xml:1:2: error: an MSCCL schedule is an <algo>"));
  EXPECT_THAT(refusal(with(4, "<step", "<op")), HasSubstr("x.xml:4:2: error: expected <step>"));
}

TEST(MscclImport, NumbersAreRefusedAtTheirAttribute) {
  EXPECT_THAT(refusal(with(1, "nchunksperloop=\"2\"", "")),
              HasSubstr("x.xml:1:2: error: <algo> has no attribute 'nchunksperloop'"));
  EXPECT_THAT(refusal(with(4, "cnt=\"2\"", "cnt=\"two\"")),
              HasSubstr("x.xml:4:66: error: cnt is 'two', which is no whole number"));
  EXPECT_THAT(refusal(with(4, "cnt=\"2\"", "cnt=\"-2\"")),
              HasSubstr("x.xml:4:66: error: cnt is -2"));
  EXPECT_THAT(refusal(with(4, "cnt=\"2\"", "cnt=\"99999999999999999999\"")),
              HasSubstr("x.xml:4:66: error: cnt is '9"));
  EXPECT_THAT(refusal(with(3, "chan=\"0\"", "chan=\"1\"")),
              HasSubstr("x.xml:3:30: error: chan is 1; legal are 0 to 0"));
  EXPECT_THAT(refusal(with(3, "send=\"1\"", "send=\"2\"")),
              HasSubstr("x.xml:3:12: error: send is 2"));
  EXPECT_THAT(refusal(with(3, "send=\"1\"", "send=\"0\"")),
              HasSubstr("x.xml:3:12: error: send is gpu 0 itself"));
  EXPECT_THAT(refusal(with(1, "proto=\"LL\"", "proto=\"XL\"")),
              HasSubstr("x.xml:1:19: error: there is no protocol 'XL'"));
}

TEST(MscclImport, UnknownTypesAndBuffersAreRefused) {
  EXPECT_THAT(refusal(with(4, "type=\"s\"", "type=\"send\"")),
              HasSubstr("x.xml:4:13: error: there is no step of type 'send'"));
  EXPECT_THAT(refusal(with(4, "srcbuf=\"i\"", "srcbuf=\"x\"")),
              HasSubstr("x.xml:4:22: error: there is no buffer 'x'; legal: i, o, s"));
}

TEST(MscclImport, IdsThatAreNotUniqueAreRefused) {
  EXPECT_THAT(refusal(with(9, "gpu id=\"1\"", "gpu id=\"0\"")),
              HasSubstr("x.xml:9:6: error: there are two <gpu> with the id 0"));
  EXPECT_THAT(refusal(with(7, "tb id=\"1\"", "tb id=\"0\"")),
              HasSubstr("x.xml:7:5: error: there are two <tb> with the id 0"));
  EXPECT_THAT(refusal(with(5, "s=\"1\"", "s=\"0\"")),
              HasSubstr("x.xml:5:7: error: this step is number 1"));
  EXPECT_THAT(refusal(with(1, "ngpus=\"2\"", "ngpus=\"3\"")),
              HasSubstr("error: ngpus is 3, but there are 2 <gpu> elements"));
}

TEST(MscclImport, AnotherCollectiveOrNumberOfRanksIsRefused) {
  CollectiveCall call = call_of(kSwap);
  call.kind = CollectiveKind::kBroadcast;
  EXPECT_THAT(refusal(call), HasSubstr("x.xml:1:73: error: this is a schedule for 'allreduce'"));
  EXPECT_THAT(refusal(call_of(kSwap, 4)), HasSubstr("for 2 GPUs; the cluster has 4 ranks"));
  EXPECT_THAT(refusal(with(1, "inplace=\"1\"", "inplace=\"0\" outofplace=\"0\"")),
              HasSubstr("neither for inplace nor for outofplace"));
  call = call_of(with(1, "allreduce", "alltoall"));
  call.kind = CollectiveKind::kAllToAll;
  EXPECT_THAT(refusal(call), HasSubstr("an alltoall in place is not supported"));
  call = call_of(with(1, "nchunksperloop=\"2\"", "nchunksperloop=\"3\""));
  call.schedule->text.replace(call.schedule->text.find("allreduce"), 9, "allgather");
  call.kind = CollectiveKind::kAllGather;
  EXPECT_THAT(refusal(call),
              HasSubstr("x.xml:1:44: error: nchunksperloop is 3; allgather among 2"));
}

TEST(MscclImport, ConnectionsThatAreMissingOrDoubleAreRefused) {
  EXPECT_THAT(refusal(with(3, "send=\"1\"", "send=\"-1\"")),
              HasSubstr("x.xml:4:2: error: gpu 0, tb 0, step 0: sends, but its tb has no peer"));
  EXPECT_THAT(refusal(with(10, "recv=\"0\"", "recv=\"-1\"")),
              HasSubstr("x.xml:4:2: error: gpu 0, tb 0, step 0: sends to gpu 1, which has no tb"));
  EXPECT_THAT(
      refusal(with(7, "send=\"-1\"", "send=\"1\"")),
      HasSubstr("x.xml:7:2: error: tb 1 has the connection from gpu 0 to gpu 1 on channel 0 "
                "that tb 0 has"));
}

TEST(MscclImport, RangesOutsideTheirBufferAreRefused) {
  EXPECT_THAT(refusal(with(4, "srcoff=\"0\"", "srcoff=\"1\"")),
              HasSubstr("x.xml:4:2: error: gpu 0, tb 0, step 0: chunks 1 to 2 of buffer i"));
  EXPECT_THAT(refusal(with(5, "srcbuf=\"i\" srcoff=\"0\" dstbuf=\"i\" dstoff=\"0\"",
                           "srcbuf=\"s\" srcoff=\"2\" dstbuf=\"i\" dstoff=\"0\"")),
              HasSubstr("chunks 2 to 3 of buffer s are outside; it has 2"));
}

TEST(MscclImport, DependenciesThatDoNotExistAreRefused) {
  EXPECT_THAT(refusal(with(5, "depid=\"-1\" deps=\"-1\"", "depid=\"2\" deps=\"0\"")),
              HasSubstr("x.xml:5:2: error: gpu 0, tb 0, step 1: depends on tb 2"));
  EXPECT_THAT(refusal(with(5, "depid=\"-1\" deps=\"-1\"", "depid=\"1\" deps=\"0\"")),
              HasSubstr("depends on step 0 of tb 1, which has 0 steps"));
  EXPECT_THAT(refusal(with(5, "depid=\"-1\" deps=\"-1\"", "depid=\"0\" deps=\"0\"")),
              HasSubstr("has hasdep=\"0\""));
}

TEST(MscclImport, ADeadlockIsRefusedWithWhoWaitsForWhom) {
  EXPECT_THAT(
      refusal(
          with(4, "depid=\"-1\" deps=\"-1\" hasdep=\"0\"", "depid=\"0\" deps=\"0\" hasdep=\"1\"")),
      HasSubstr("x.xml:4:2: error: deadlock: gpu 0, tb 0, step 0 waits for step 0 of tb 0"));
  EXPECT_THAT(
      refusal(with(11, "type=\"s\"", "type=\"nop\"")),
      HasSubstr("x.xml:5:2: error: deadlock: gpu 0, tb 0, step 1 waits for a message from gpu "
                "1, tb 0; gpu 1, tb 0 has ended"));
}

TEST(MscclImport, MessagesThatDoNotMatchAreRefused) {
  EXPECT_THAT(
      refusal(with(5, "cnt=\"2\"", "cnt=\"1\"")),
      HasSubstr("x.xml:5:2: error: gpu 0, tb 0, step 1: receives 1 chunks of the 2 that gpu 1 "
                "sends in gpu 1, tb 0, step 0"));
  EXPECT_THAT(refusal(with(12, "type=\"rrc\"", "type=\"nop\"")),
              HasSubstr("x.xml:4:2: error: gpu 0, tb 0, step 0: gpu 1 never receives"));
}

TEST(MscclImport, DataThatAreNotWhatTheyShouldBeAreRefused) {
  EXPECT_THAT(refusal(with(4, "srcbuf=\"i\"", "srcbuf=\"s\"")),
              HasSubstr("x.xml:4:2: error: gpu 0, tb 0, step 0: reads chunk 0 of buffer s, where "
                        "nothing is yet"));
  EXPECT_THAT(
      refusal(with(5, "type=\"rrc\"", "type=\"r\"")),
      HasSubstr("x.xml:5:2: error: gpu 0 ends with chunk 0 of gpu 1 in chunk 0 of its output, "
                "not chunk 0 of all gpus summed; this step is the last to write it"));
  const std::string one = with(4, "cnt=\"2\"", "cnt=\"1\"");
  std::string both = one;
  both.replace(both.find("cnt=\"2\"", both.find("srcoff=\"0\"", both.find("\"rrc\""))), 7,
               "cnt=\"1\"");
  EXPECT_THAT(refusal(both), HasSubstr("gpu 1, tb 0, step 1: receives 2 chunks of the 1"));
}

TEST(MscclImport, AResultThatDependsOnTheTimesOfMessagesIsRefused) {
  // Thread block 1 keeps a chunk and puts it back when it has been sent, which may be before or
  // after the sum has come.
  std::string racy = with(
      7, "chan=\"0\"/>",
      "chan=\"0\">\n"
      "<step s=\"0\" type=\"cpy\" srcbuf=\"i\" srcoff=\"0\" dstbuf=\"s\" dstoff=\"0\" cnt=\"1\" "
      "depid=\"-1\" deps=\"-1\" hasdep=\"0\"/>\n"
      "<step s=\"1\" type=\"cpy\" srcbuf=\"s\" srcoff=\"0\" dstbuf=\"i\" dstoff=\"0\" cnt=\"1\" "
      "depid=\"0\" deps=\"0\" hasdep=\"0\"/>\n</tb>");
  racy.replace(racy.find("hasdep=\"0\""), 10, "hasdep=\"1\"");
  EXPECT_THAT(refusal(racy), HasSubstr("x.xml:5:2: error: the result depends on the times of "
                                       "messages, a dependency is missing: gpu 0 ends with chunk 0 "
                                       "of gpu 0 at chunk 0 of its output"));
}

TEST(MscclImport, AScheduleThatWouldTakeAllMemoryIsRefused) {
  EXPECT_THAT(refusal(with(2, "s_chunks=\"2\"", "s_chunks=\"4194304\"")),
              HasSubstr("at most 4194304 are legal"));
  EXPECT_THAT(refusal(with(4, "cnt=\"2\"", "cnt=\"4194303\"")), HasSubstr("move"));
}

TEST(MscclImport, AGoodScheduleKeepsTheContractForEverySizeAndPiece) {
  for (const std::int64_t size : {0, 1, 3, 8, 33}) {
    CollectiveCall call = call_of(kSwap, 2, size);
    for (const std::optional<Bytes> chunk : {std::optional<Bytes>{}, std::optional(Bytes{3})}) {
      call.chunk = chunk;
      EXPECT_EQ(find_fault(*import(call), call, 1).value_or("no fault"), "no fault") << size;
    }
  }
}

TEST(MscclImport, OutOfPlaceTheInputIsCopiedFirst) {
  std::string text = with(1, "inplace=\"1\"", "inplace=\"0\"");
  for (std::size_t at = 0; (at = text.find("dstbuf=\"i\"", at)) != std::string::npos;) {
    text.replace(at, 10, "dstbuf=\"o\"");
  }
  const CollectiveCall call = call_of(text, 2, 9);
  const auto program = import(call);
  EXPECT_EQ(find_fault(*program, call, 1).value_or("no fault"), "no fault");
  Step step;
  program->step(0, program->lanes() - 1, 0, step);
  EXPECT_FALSE(step.copies().empty());
}

TEST(MscclImport, AReceiveThatSendsOnIsTwoStepsAndAPieceRepeatsThem) {
  CollectiveCall call = call_of(kSwap, 2, 8);
  EXPECT_EQ(import(call)->steps(0, 0), 2);
  call.chunk = Bytes{1};
  EXPECT_EQ(import(call)->steps(0, 0), 2 * 4);
  // GPU 0 sends; GPU 1 adds its own and sends the sum back: rrs without keeping it, rrcs with.
  std::string text = with(11, "type=\"s\"", "type=\"rrcs\"");
  text.replace(text.rfind("type=\"rrc\""), 10, "type=\"nop\"");
  text.replace(text.find("type=\"rrc\""), 10, "type=\"r\"");
  EXPECT_EQ(refusal(text), "accepted");
  EXPECT_EQ(import(call_of(text))->steps(1, 0), 3);
  text.replace(text.find("type=\"rrcs\""), 11, "type=\"rrs\"");
  EXPECT_THAT(refusal(text), HasSubstr("gpu 1 ends with chunk 0 of gpu 1"));
}

}  // namespace
}  // namespace commsim::msccl::msccl_import_test
