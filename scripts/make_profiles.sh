#!/usr/bin/env bash
# Makes the shipped profiles anew from the published tables of scenarios/measured.
#   scripts/make_profiles.sh COMMSIM [FOLDER]    default folder: scenarios/profiles
set -euo pipefail
commsim=$(realpath -- "$1")
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
to=${2:-scenarios/profiles}
from=scenarios/calibration

"$commsim" calibrate physics $from/a100_*.yaml --name a100 -o "$to/a100.yaml"
"$commsim" calibrate physics $from/h100_*.yaml --name h100 -o "$to/h100.yaml"
# No table of several servers of B200 is used: its network is that of H100.
"$commsim" calibrate physics $from/b200_*.yaml --name b200 --network "$to/h100.yaml" \
  -o "$to/b200.yaml"
