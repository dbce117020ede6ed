// Processes of this program that were started together, by mpirun or what stands for it.
#pragma once

#include <string>

namespace commsim {

struct Ranks {
  int number = 0;  ///< which of them this is
  int count = 1;
  int beside = 1;  ///< how many of them are on this machine
};

/// As the launcher says in the environment: that of Open MPI, or PMI as MPICH, Intel MPI and Slurm
/// have it. One where nobody says anything.
Ranks ranks_from_environment();

/// Goes on in a child of this process, and ends this one when the child has ended, well whatever
/// became of it: a launcher that sees one process die ends the others. Before threads are started.
void go_on_guarded();

/// The text that the first process gives, which is called by all of them; what others give does not
/// matter. Throws MachineError where this program was built without MPI.
std::string text_of_first(const Ranks& ranks, const std::string& text);

}  // namespace commsim
