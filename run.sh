#!/usr/bin/env bash
# Builds commsim if need be, installing what the build needs, and runs it:
#   ./run.sh scenarios/quickstart.yaml        means: commsim run scenarios/quickstart.yaml
#   ./run.sh topo scenarios/quickstart.yaml   any command of commsim works as it is
# With COMMSIM_EXECUTABLE=path it runs that executable and builds nothing.
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
build=$root/build/release
log=$root/build/run.log

logged() {
  if ! "$@" >>"$log" 2>&1; then
    tail -n 40 "$log" >&2
    echo "run.sh: this failed: $* (all of it: $log)" >&2
    exit 3
  fi
}

if [[ -z ${COMMSIM_EXECUTABLE:-} ]]; then
  "$root/scripts/install_packages.sh" build
  mkdir -p "$root/build"
  : >"$log"
  echo "run.sh: building commsim (log: $log)" >&2
  # Without the tests, which need more packages; test.sh adds them to the same build.
  if [[ ! -e $build/build.ninja ]]; then
    logged cmake -S "$root" --preset release -D COMMSIM_TESTS=OFF
  fi
  logged cmake --build "$build" --target commsim
  COMMSIM_EXECUTABLE=$build/sim/commsim
fi

case ${1:-} in
  '') exec "$COMMSIM_EXECUTABLE" --help ;;
  -* | run | calibrate | check | compress | converge | crossover | explain | list | msccl | plan | topo | validate)
    exec "$COMMSIM_EXECUTABLE" "$@" ;;
  *) exec "$COMMSIM_EXECUTABLE" run "$@" ;;
esac
