#!/usr/bin/env bash
# Checks commsim, installing what that needs.
#   ./test.sh            build with warnings as errors, run every test
#   ./test.sh dev        the same with the checks of the standard library on
#   ./test.sh asan       the same under the address and undefined-behaviour sanitizers
#   ./test.sh tsan       the same under the thread sanitizer
#   ./test.sh coverage   the same, then the line coverage by file
#   ./test.sh tidy       clang-tidy over the sources, shellcheck over the scripts
#   ./test.sh format     clang-format over the sources, changing nothing
#   ./test.sh approve    take the present output as the approved one; read git diff afterwards
#   ./test.sh fuzz [N]   N seconds (default 30) of libFuzzer for each reader
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
mode=${1:-release}
jobs=$(nproc)

need() { scripts/install_packages.sh "$@"; }

build() {
  cmake --preset "$1"
  cmake --build --preset "$1" -j "$jobs"
}

check() {
  need build test
  build "$1"
  ctest --preset "$1" -j "$jobs"
}

case $mode in
  release | dev | asan | tsan)
    check "$mode"
    ;;
  coverage)
    need coverage
    check coverage
    gcovr --root . --object-directory build/coverage --exclude tests/ --exclude build/ --print-summary
    ;;
  tidy)
    need build clang tidy
    build tidy
    shellcheck -x ./*.sh .ci/run scripts/*.sh tests/docs/*.sh
    ;;
  format)
    need format
    find core topology collectives calibrate sim tests -name '*.[ch]pp' -print0 |
      xargs -0 clang-format --dry-run -Werror
    ;;
  approve)
    need build test
    build release
    COMMSIM_APPROVE=1 ctest --preset release -L golden -j "$jobs"
    ;;
  fuzz)
    need build test clang
    build fuzz
    for fuzzer in build/fuzz/tests/fuzz/*_fuzz; do
      name=$(basename "$fuzzer" _fuzz)
      found=build/fuzz/found/$name
      mkdir -p "$found"
      "$fuzzer" -max_total_time="${2:-30}" -timeout=10 -artifact_prefix="$found/" \
        "$found" "tests/fuzz/corpus/$name"
    done
    ;;
  *)
    sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
