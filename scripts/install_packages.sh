#!/usr/bin/env bash
# Installs the packages of the given groups of packages.txt that are not there yet. Needs neither
# network nor root when nothing is missing.
#   scripts/install_packages.sh build test
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)

wanted=()
for group in "$@"; do
  while read -r package_group package; do
    if [[ $package_group == "$group" ]]; then wanted+=("$package"); fi
  done <"$root/packages.txt"
done

if ! command -v dpkg-query >/dev/null; then
  echo "not a Debian system; what is needed here is known there as: ${wanted[*]}" >&2
  exit 0
fi

missing=()
for package in "${wanted[@]}"; do
  status=$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null || true)
  if [[ $status != ii* ]]; then missing+=("$package"); fi
done
if ((${#missing[@]} == 0)); then exit 0; fi

as_root=()
if ((EUID != 0)); then
  if ! command -v sudo >/dev/null; then
    echo "missing packages, and neither root nor sudo to install them: ${missing[*]}" >&2
    exit 3
  fi
  as_root=(sudo)
fi

log=$root/build/packages.log
mkdir -p "$root/build"
echo "installing ${missing[*]}" >&2
if ! {
  "${as_root[@]}" apt-get update &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
      apt-get install -y --no-install-recommends "${missing[@]}"
} >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  echo "cannot install them; see $log" >&2
  exit 3
fi
