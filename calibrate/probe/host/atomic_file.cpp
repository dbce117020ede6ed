#include "calibrate/probe/host/atomic_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>

#include "calibrate/probe/host/descriptor.hpp"
#include "calibrate/probe/host/output_error.hpp"

namespace commsim::probe {

void replace_file(const std::string& file, const std::string& text) {
  constexpr mode_t kReadableByAll = 0644;
  const std::string beside = file + ".part";
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg): open is declared so
  Descriptor out(::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kReadableByAll));
  if (!out.open()) throw OutputError(beside, errno);
  int error = write_all(out.number(), text);
  if (error == 0 && ::fsync(out.number()) != 0) error = errno;
  out.close();
  if (error == 0 && std::rename(beside.c_str(), file.c_str()) != 0) error = errno;
  if (error == 0) return;
  ::unlink(beside.c_str());
  throw OutputError(file, error);
}

}  // namespace commsim::probe
