# Prints "line <tab> expected exit code <tab> command" for each command in the shell blocks of a
# Markdown file: every line of a ```sh block, and those after "$ " of a ```console block. A trailing
# backslash continues a line; a trailing comment "# exits N" says which exit code is expected.
/^[ \t]*```/ {
  language = $0
  gsub(/[ \t`]/, "", language)
  open = !open
  shell = open && language == "sh"
  console = open && language == "console"
  pending = ""
  next
}

shell || console {
  line = $0
  sub(/^[ \t]+/, "", line)
  if (pending == "") {
    start = FNR
    prompt = sub(/^\$ /, "", line)
    if (console && !prompt) next  # output
  }
  continues = sub(/\\$/, "", line)
  pending = pending line
  if (continues) next

  code = 0
  if (match(pending, /[ \t]+# exits [0-9]+/)) {
    code = substr(pending, RSTART, RLENGTH)
    sub(/.*exits /, "", code)
    pending = substr(pending, 1, RSTART - 1)
  }
  if (pending ~ /^(commsim|\.\/run\.sh|cmake) /) print start "\t" code "\t" pending
  pending = ""
}
