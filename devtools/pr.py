"""`make pr`: every check that a change must pass, in the order in which they fail fastest; CI runs exactly this."""

import os
import subprocess
import sys
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
# A headline and the make target behind it; each target works by itself too.
STEPS = (
    ("Format, lint, no unfinished notes", "lint"),
    ("Types", "types"),
    ("Layers", "layers"),
    ("Types of the scripts in web/, where Node.js is there", "web-types"),
    ("Generated files and lock files are up to date", "generated"),
    ("No known vulnerability in a locked package", "audit"),
    ("Tests", "test"),
    ("Amazon's DynamoDB Local gives the same answers", "test-dynamodb-local"),
    ("Package: template, zip, content", "package-here"),
    ("The packaged stack deploys as docs/deploy.md says, and tells the main story", "test-deployed"),
    ("Figures have not become worse", "bench-check"),
)


def run(steps: tuple[tuple[str, str], ...], make: str = "make") -> int:
    """Run the steps until one fails; prints a headline before each and the times at the end."""
    taken = []
    for number, (headline, target) in enumerate(steps, start=1):
        print(f"\n=== {number}/{len(steps)} {headline} (make {target})", flush=True)
        started = time.monotonic()
        done = subprocess.run(
            [make, "--no-print-directory", target], check=False, cwd=PROJECT, stdin=subprocess.DEVNULL
        )
        taken.append((target, time.monotonic() - started))
        if done.returncode:
            print(f"\nmake pr stopped at step {number}: run `make {target}` and correct what it says.", file=sys.stderr)
            return 1
    print("\nmake pr: everything holds (" + ", ".join(f"{target} {seconds:.0f} s" for target, seconds in taken) + ")")
    return 0


if __name__ == "__main__":
    sys.exit(run(STEPS, os.environ.get("MAKE", "make")))
