#include <mpi.h>

#include <vector>

#include "sim/cli/ranks.hpp"

namespace commsim {

// MPI introduces the processes to each other and has no part in what follows: a process that dies
// afterwards is a closed connection, and not the end of all.
std::string text_of_first(const Ranks& ranks, const std::string& text) {
  MPI_Init(nullptr, nullptr);
  auto length = static_cast<int>(text.size());
  MPI_Bcast(&length, 1, MPI_INT, 0, MPI_COMM_WORLD);
  std::vector<char> letters(text.begin(), text.end());
  letters.resize(static_cast<std::size_t>(length));
  MPI_Bcast(letters.data(), length, MPI_CHAR, 0, MPI_COMM_WORLD);
  MPI_Finalize();
  return ranks.number == 0 ? text : std::string(letters.begin(), letters.end());
}

}  // namespace commsim
