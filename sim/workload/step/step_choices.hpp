// What decides how communication and computing of a step overlap.
#pragma once

#include <map>
#include <string>

#include "sim/workload/step/step_codecs.hpp"
#include "sim/workload/training/volumes.hpp"

namespace commsim {

struct StepChoices {
  /// Gradients are sent when so many bytes are there, those of whole layers at a time; PyTorch's
  /// DDP has 25 MiB. 0: all at once.
  Bytes bucket = 25_MiB;
  /// The bucket that leaves first, if it is another one; 0: it is not. PyTorch's DDP has 1 MiB,
  /// unless it is told the size of buckets, and refills them in the order in which gradients were
  /// there (dist._DEFAULT_FIRST_BUCKET_BYTES; Reducer::rebuild_buckets). ZeRO 3 has none, as it
  /// reduces unit by unit.
  Bytes first_bucket{0};
  /// Gradients travel while the last micro-batch is still on its way back; else behind it.
  bool overlap_gradients = true;
  /// ZeRO 1 and 2: parameters are gathered while the next step's first micro-batch runs; else at
  /// the end of the step.
  bool overlap_parameters = true;
  /// Messages to other stages leave while the next pass computes; else computing waits until they
  /// have been sent (as in Megatron-LM until 2022, and in DeepSpeed's pipelines).
  bool overlap_sends = true;
  /// Gathers and scatters of sequence parallelism travel with the products that need or make what
  /// is sent, both in as many pieces as there are tensor ranks: while one piece is multiplied the
  /// next one is on its way (as the user buffers of TransformerEngine do it).
  bool tensor_pieces = false;
  /// A part of tensor-parallel communication that kernels hide behind products: an assumption,
  /// since it depends on how the products are cut.
  double tensor_hidden = 0;
  /// What computing loses while the GPU communicates on another stream.
  double lost_to_communication = 0;
  /// By traffic.
  std::map<Traffic, std::string> algorithms;
  /// Of others; empty: ring, and of all_to_all and send_recv, which NCCL makes of messages between
  /// all pairs at once, direct.
  std::string other_algorithm;
  StepCodecs codecs;
};

/// The algorithm of a call.
std::string algorithm_of(const StepChoices& choices, const TrafficItem& call);

}  // namespace commsim
