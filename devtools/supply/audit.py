"""`python -m devtools.supply.audit`: fail when a locked package has a known vulnerability, or could not be looked up.

Only where the database of advisories answers for no package at all, as without a network, it is skipped, in one line.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devtools.supply.locked import PROJECT

LOCKS = (
    "requirements-dev.txt",
    "requirements-engine.txt",
    "requirements-infra.txt",
    "requirements-checkov.txt",
    "requirements-clients.txt",
    "requirements-mcp.txt",
)  # the first has all that is shipped
UNREACHABLE = ("ConnectionError", "Could not connect", "Max retries exceeded", "Temporary failure", "timed out")
_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an audit came to; `reached` False: nobody could be asked."""

    faults: tuple[str, ...]
    reached: bool = True


def audit(lock: Path, program: Sequence[str] = (sys.executable, "-m", "pip_audit")) -> Verdict:
    """Ask about every package of the lock."""
    command = [*program, "--progress-spinner", "off", "--format", "json", "--disable-pip", "--require-hashes"]
    done = subprocess.run(
        [*command, "--requirement", str(lock)], check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    try:
        found = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        if any(sign in done.stderr for sign in UNREACHABLE):
            return Verdict((), reached=False)
        said = "; ".join((done.stderr or done.stdout).strip().splitlines()[-_SHOWN:])
        return Verdict((f"{lock.name} could not be audited: {said or 'pip-audit said nothing'}",))
    return _verdict(found, lock.name)


def _verdict(found: Sequence[dict[str, Any]], name: str) -> Verdict:
    skipped = [one for one in found if one.get("skip_reason")]
    if found and len(skipped) == len(found):
        return Verdict((), reached=False)
    faults = [f"{one['name']} of {name} could not be audited: {one['skip_reason']}" for one in skipped]
    for one in found:
        for vulnerability in one.get("vulns", ()):
            fixed = ", ".join(vulnerability.get("fix_versions") or ()) or "no version yet"
            faults.append(f"{one['name']} {one['version']} of {name}: {vulnerability['id']}, corrected in {fixed}")
    return Verdict(tuple(faults) if found else (f"{name} could not be audited: it names no package",))


def run(locks: Sequence[Path], program: Sequence[str] = (sys.executable, "-m", "pip_audit")) -> int:
    """0 when all is well or nobody could be asked; each fault is a line."""
    verdicts = [audit(lock, program) for lock in locks]
    faults = [fault for verdict in verdicts for fault in verdict.faults]
    for fault in faults:
        print(fault, file=sys.stderr)
    unasked = [lock.name for lock, verdict in zip(locks, verdicts, strict=True) if not verdict.reached]
    if unasked:
        print(f"audit skipped: no advisories can be had from here for {', '.join(unasked)}.")
    elif not faults:
        print("audit: no known vulnerability in any locked package.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(run([PROJECT / lock for lock in LOCKS]))
