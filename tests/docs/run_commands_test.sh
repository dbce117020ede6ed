#!/usr/bin/env bash
# Does run_commands.sh find what is to be run, and notice what fails?
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)

diff "$here/fixture.expected" <(awk -f "$here/extract_commands.awk" "$here/fixture.md")

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/tree/scenarios" "$scratch/tree/docs"
cp "$here/../../run.sh" "$here/../../CMakePresets.json" "$scratch/tree"
touch "$scratch/tree/scenarios/present.yaml"
# It stands in for commsim: it succeeds if the file that it is to run is there.
cat >"$scratch/commsim" <<'END'
#!/bin/sh
[ "$1" = run ] && [ -e "$2" ] || exit 2
END
chmod +x "$scratch/commsim"

# given TEXT: what run_commands.sh says of a document of that text.
given() {
  printf '%s\n' "$@" >"$scratch/tree/docs/page.md"
  "$here/run_commands.sh" "$scratch/commsim" "$scratch/tree"
}

given 'No commands at all.'
given '```sh' 'commsim run scenarios/present.yaml' './run.sh scenarios/present.yaml' '```'
given '```sh' 'commsim run scenarios/absent.yaml  # exits 2' 'cmake --preset release' '```'
given '```console' '$ commsim run scenarios/present.yaml' 'commsim wrote this' '```'

refused() {
  if given "$@"; then
    echo "not noticed: $*"
    exit 1
  fi
}
refused '```sh' 'commsim run scenarios/absent.yaml' '```'
refused '```sh' './run.sh scenarios/absent.yaml' '```'
refused '```sh' 'commsim run scenarios/present.yaml  # exits 2' '```'
refused '```sh' 'commsim run scenarios/absent.yaml | cat' '```'
refused '```sh' 'cmake --preset nonesuch' '```'
