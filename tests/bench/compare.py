#!/usr/bin/env python3
"""commsim and SimGrid side by side, on one machine in one go: the same collectives on the same
platform, as a Markdown table.
  tests/bench/compare.py OUT.md [COMMSIM [SIMGRID_COLLECTIVE]]
Both compute on one core. Times are processor seconds from the start of the process to its end, the
least of five runs. SimGrid is ended after ten minutes, and the table says so.
"""

import sys

from measure import cost_of, memory_text, one_switch, rate_text, run_commsim, seconds_text, table

LIMIT = 600
RANKS = [8, 64, 256, 1024]
COLLECTIVES = {
    "ring": lambda ranks: {"kind": "all_reduce", "algorithm": "ring"},
    "hierarchical": lambda ranks: {
        "kind": "all_reduce",
        "algorithm": "hierarchical",
        "levels": [8, ranks // 8],
    },
    "all_to_all": lambda ranks: {"kind": "all_to_all", "algorithm": "direct"},
}
HEADER = [
    "collective",
    "ranks",
    "messages",
    "commsim, every rank",
    "commsim, folded",
    "SimGrid",
    "SimGrid / every rank",
    "messages a second: every rank; SimGrid",
    "memory: every rank; folded; SimGrid",
    "simulated time",
    "SimGrid's differs by",
]


def row(commsim, simgrid, collective, ranks):
    scenario = one_switch(ranks, "fair_share", COLLECTIVES[collective](ranks))
    every, result = run_commsim(commsim, scenario, "--no-fold")
    folded, same = run_commsim(commsim, scenario)
    if result["time_s"] != same["time_s"]:
        sys.exit(f"folding changes the time of {collective} on {ranks} ranks")
    messages = result["messages"]
    speed = rate_text(messages / every.seconds)
    memory = f"{memory_text(every.peak_bytes)}; {memory_text(folded.peak_bytes)}"
    peer = cost_of([simgrid, collective, str(ranks)], LIMIT)
    if peer is None:
        late = [f"more than {LIMIT} s", "", speed, memory, "not known"]
    else:
        late = [
            seconds_text(peer.seconds),
            ratio_text(peer.seconds / every.seconds),
            f"{speed}; {rate_text(messages / peer.seconds)}",
            f"{memory}; {memory_text(peer.peak_bytes)}",
            difference_text(float(peer.output) / result["time_s"] - 1),
        ]
    return [
        collective.replace("_", "-"),
        f"{ranks:,}",
        f"{messages:,}",
        seconds_text(every.seconds),
        seconds_text(folded.seconds),
        *late[:4],
        f"{result['time_s'] * 1e3:.4f} ms",
        late[4],
    ]


def ratio_text(ratio):
    return f"{ratio:.1f}" if ratio < 10 else f"{ratio:.0f}"


def difference_text(relative):
    return "< 1e-9" if abs(relative) < 1e-9 else f"{relative:.0e}"


def main():
    if not 2 <= len(sys.argv) <= 4:
        sys.exit(__doc__)
    defaults = ["build/release/sim/commsim", "build/release/tests/bench/simgrid_collective"]
    out, commsim, simgrid = sys.argv[1:] + defaults[len(sys.argv) - 2 :]
    rows = []
    for collective in COLLECTIVES:
        for ranks in RANKS:
            rows.append(row(commsim, simgrid, collective, ranks))
            print(", ".join(rows[-1]), file=sys.stderr, flush=True)
    with open(out, "w", encoding="utf-8") as file:
        file.write(table(HEADER, rows))


if __name__ == "__main__":
    main()
