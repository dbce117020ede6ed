#!/usr/bin/env python3
"""How time and memory grow over doublings of the ranks: ring all-reduce of 64 MiB over one switch,
as a Markdown table and as a picture, which gnuplot draws.
  tests/bench/growth.py OUT.md OUT.svg [COMMSIM]
Times are processor seconds from the start of the process to its end, the least of several runs.
"""

import subprocess
import sys

from measure import MEBIBYTE, memory_text, one_switch, run_commsim, seconds_text, table

RANKS = [256, 512, 1024, 2048, 4096, 8192]
LINES = {
    "alpha_beta": ("alpha_beta", ["--no-fold"]),
    "link_fifo": ("link_fifo", ["--no-fold"]),
    "fair_share": ("fair_share", ["--no-fold"]),
    "fair_share, folded": ("fair_share", []),
}
PLOT = """
set terminal svg size 860,360 enhanced font 'sans-serif,12' background '#ffffff'
set output '{svg}'
set logscale xy
set xrange [220:9500]
set xlabel 'ranks'
set xtics (256, 512, 1024, 2048, 4096, 8192)
set grid
set key top left Left reverse samplen 2
set multiplot layout 1,2
set ylabel 'processor seconds'
set yrange [0.005:100]
plot {seconds}
set ylabel 'peak memory, MiB'
unset logscale y
set yrange [0:40]
plot {memory}
"""


def measure(commsim):
    """By line and ranks: what it cost; and by ranks: how many messages."""
    costs = {line: [] for line in LINES}
    messages = []
    for ranks in RANKS:
        for line, (model, options) in LINES.items():
            scenario = one_switch(ranks, model, {"kind": "all_reduce", "algorithm": "ring"})
            cost, result = run_commsim(commsim, scenario, *options)
            costs[line].append(cost)
            print(ranks, line, cost.seconds, cost.peak_bytes, file=sys.stderr, flush=True)
        messages.append(result["messages"])
    return costs, messages


def draw(costs, svg):
    blocks = []
    for line in LINES:
        points = zip(RANKS, costs[line])
        rows = [f"{r} {cost.seconds} {cost.peak_bytes / MEBIBYTE}" for r, cost in points]
        blocks.append("\n".join(rows))
    names = [line.replace("_", "\\\\_") for line in LINES]

    def curves(column):
        return ", ".join(
            f"$data{i} using 1:{column} with linespoints pointtype 7 pointsize 0.5 "
            f'title "{name}"'
            for i, name in enumerate(names)
        )

    data = "".join(f"$data{i} << END\n{block}\nEND\n" for i, block in enumerate(blocks))
    program = data + PLOT.format(svg=svg, seconds=curves(2), memory=curves(3))
    subprocess.run(["gnuplot"], input=program, text=True, check=True)


def main():
    if not 3 <= len(sys.argv) <= 4:
        sys.exit(__doc__)
    commsim = sys.argv[3] if len(sys.argv) == 4 else "build/release/sim/commsim"
    costs, messages = measure(commsim)
    rows = []
    for i, ranks in enumerate(RANKS):
        cells = [f"{seconds_text(costs[line][i].seconds)}, {memory_text(costs[line][i].peak_bytes)}"
                 for line in LINES]
        rows.append([f"{ranks:,}", f"{messages[i]:,}", *cells])
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        file.write(table(["ranks", "messages", *LINES], rows))
    draw(costs, sys.argv[2])


if __name__ == "__main__":
    main()
