"""What a command costs: its processor time and its peak memory, in a process of its own."""

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass

MEBIBYTE = 1024 * 1024
ONE_HOUR = 3600


@dataclass
class Cost:
    seconds: float  # of the processor, user and system: neighbours on the machine do not count
    peak_bytes: int
    output: str


def cost_of(command, limit):
    """The least of several runs: five, or fewer once they have taken half a minute together. None
    if one takes more than `limit` seconds."""
    costs = []
    while len(costs) < 5 and sum(cost.seconds for cost in costs) < 30:
        cost = _run(command, limit)
        if cost is None:
            return None
        costs.append(cost)
    return min(costs, key=lambda cost: cost.seconds)


def _run(command, limit):
    def end_in_time():
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))

    with tempfile.TemporaryFile("w+") as output:
        child = subprocess.Popen(command, stdout=output, preexec_fn=end_in_time)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode == -signal.SIGXCPU:
            return None
        if child.returncode != 0:
            sys.exit(f"this failed: {' '.join(command)}")
        output.seek(0)
        return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, output.read())


def run_commsim(commsim, scenario, *options):
    """The cost of one point, and its result as `commsim run --format json` writes it."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(json.dumps({"version": 1, **scenario}))  # JSON is YAML
        file.flush()
        cost = cost_of([commsim, "run", file.name, "--format", "json", *options], ONE_HOUR)
    if cost is None:
        sys.exit(f"commsim takes more than an hour for {scenario}")
    return cost, json.loads(cost.output)["results"][0]


def one_switch(ranks, model, collective):
    return {
        "topology": {
            "kind": "switch",
            "ranks": ranks,
            "link": {"bandwidth": "50 GB/s", "latency": "1 us"},
        },
        "network": {"model": model},
        "collective": {"size": "64 MiB", **collective},
    }


def seconds_text(seconds):
    return f"{seconds * 1e3:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def rate_text(per_second):
    return f"{per_second / 1e6:.1f} M" if per_second >= 1e6 else f"{per_second / 1e3:.0f} k"


def memory_text(peak_bytes):
    return f"{peak_bytes / MEBIBYTE:.0f} MiB"


def table(header, rows):
    lines = [header, ["---"] * len(header), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)
