#!/usr/bin/env bash
# Runs the commands that the documents show, those of one document in order and in a fresh copy of
# the scenarios, and fails if one ends with another exit code than the document promises.
#   run_commands.sh COMMSIM SOURCE_DIR
# `commsim` and `./run.sh` run COMMSIM; of `cmake` lines only the names of presets are checked.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
export COMMSIM_EXECUTABLE=$1
source_dir=$2

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/bin"
ln -s "$COMMSIM_EXECUTABLE" "$scratch/bin/commsim"
PATH=$scratch/bin:$PATH

# Prints the exit code; what the command says goes to the log.
outcome() {
  local command=$1 code=0
  if [[ $command == cmake\ * ]]; then
    if [[ $command =~ --preset[\ =]([a-z]+) ]] &&
      ! grep -q "\"name\": \"${BASH_REMATCH[1]}\"" "$source_dir/CMakePresets.json"; then
      echo "no such preset: ${BASH_REMATCH[1]}" >"$scratch/log"
      code=1
    fi
  else
    (cd "$scratch/tree" && bash -o pipefail -c "$command") >"$scratch/log" 2>&1 </dev/null || code=$?
  fi
  echo "$code"
}

ran=0
failed=0
shopt -s globstar nullglob
for document in "$source_dir"/README.md "$source_dir"/docs/**/*.md; do
  if [[ ! -e $document ]]; then continue; fi
  rm -rf "$scratch/tree"
  mkdir "$scratch/tree"
  cp -R "$source_dir/scenarios" "$source_dir/run.sh" "$scratch/tree"
  while IFS=$'\t' read -r line expected command; do
    code=$(outcome "$command")
    ran=$((ran + 1))
    if [[ $code != "$expected" ]]; then
      failed=$((failed + 1))
      echo "${document#"$source_dir"/}:$line: exit code $code instead of $expected: $command"
      tail -n 20 "$scratch/log"
    fi
  done < <(awk -f "$here/extract_commands.awk" "$document")
done
echo "$ran commands, $failed failed"
((failed == 0))
