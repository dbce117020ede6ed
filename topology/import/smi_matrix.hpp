// The matrix that `nvidia-smi topo -m` prints.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/text_file.hpp"

namespace commsim {

/// How two devices reach each other, from near to far, as the tool's legend orders them.
enum class SmiPath : std::uint8_t {
  kSelf,  ///< X
  kNv,    ///< NV#: bonded NVLinks; says nothing about PCIe
  kPix,   ///< one PCIe switch
  kPxb,   ///< several PCIe switches
  kPhb,   ///< a host bridge, that is a processor
  kNode,  ///< two host bridges of one NUMA node
  kSys    ///< the interconnect of processors
};

struct SmiMatrix {
  struct Device {
    std::string name;
    bool gpu = false;
    std::string numa;  ///< "NUMA Affinity" as written; empty if unknown
  };
  struct Cell {
    SmiPath path = SmiPath::kSelf;
    int lanes = 0;           ///< kNv
    std::size_t offset = 0;  ///< in the file
  };

  std::vector<Device> devices;  ///< in the order of the columns
  std::vector<Cell> cells;      ///< row by row; symmetrical

  [[nodiscard]] std::size_t size() const { return devices.size(); }
  [[nodiscard]] const Cell& at(std::size_t row, std::size_t column) const {
    return cells[row * size() + column];
  }
};

/// Reads the first such matrix of the file; what stands before and after (a prompt, the legends) is
/// skipped. Throws ConfigError at the place of what is wrong.
SmiMatrix read_smi_matrix(const TextFile& file);

}  // namespace commsim
