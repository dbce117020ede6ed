// How a measuring process is spoken to: its cases come as lines on the standard input, what it has
// found goes as lines to a descriptor of its own, since libraries print on the others.
//   begin        the next case is under way
//   row ROW      it is measured
//   fail REASON  it is not, and the process ends
#pragma once

#include <string>

namespace commsim::probe {

inline constexpr int kReportDescriptor = 3;
/// The first of the sockets of a SocketTeam; the others follow.
inline constexpr int kFirstTeamDescriptor = 4;

inline const std::string kBegin = "begin";
inline const std::string kRow = "row ";
inline const std::string kFail = "fail ";

}  // namespace commsim::probe
