"""What a command costs: runs it, and prints the CPU time of all its processes. `make test` shows it at its end.

The wall clock says how busy the machine is; the CPU time says what the suite costs. A cost over the budget is shown
and fails nothing: a busy machine makes it a little higher, and no test may depend on that.
"""

import argparse
import resource
import subprocess
import sys
import time


def cpu_minutes() -> float:
    """Of every process that has ended and that we, or a process of ours, have waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (used.ru_utime + used.ru_stime) / 60


def sentence(used: float, taken: float, budget: float) -> str:
    over = "" if used <= budget else f": MORE THAN THE BUDGET of {budget:g}, find out what has become dear"
    return f"{used:.1f} CPU minutes in {taken:.1f} minutes{over}"


def main(arguments: list[str]) -> int:
    """Returns the command's own exit code."""
    parser = argparse.ArgumentParser(prog="python -m devtools.cost", description=__doc__)
    parser.add_argument("--budget", type=float, required=True, help="CPU minutes")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    given = parser.parse_args(arguments)
    started, before = time.monotonic(), cpu_minutes()
    done = subprocess.run(given.command, check=False)
    print(sentence(cpu_minutes() - before, (time.monotonic() - started) / 60, given.budget), flush=True)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
