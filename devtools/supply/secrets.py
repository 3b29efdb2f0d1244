"""`python -m devtools.supply.secrets`: fail when a file under version control has something that looks like a secret.

Tests make up keys and tokens of our own: in `tests/` only what opens the doors of others is looked for.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from devtools.supply.locked import PROJECT

# What opens doors of others, wherever it stands.
_REAL = {
    "a private key": r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----",
    "an access key of AWS": r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
    "a token of GitHub": r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{60,})\b",
    "a token of Slack": r"\bxox[abposr]-[A-Za-z0-9-]{10,}",
    "a token of a package index": r"\bpypi-[A-Za-z0-9_-]{50,}|\bnpm_[A-Za-z0-9]{36}\b",
    "a key of Stripe": r"\b[rs]k_live_[A-Za-z0-9]{20,}",
    "a key of Google": r"\bAIza[A-Za-z0-9_-]{35}\b",
    "a password in an address": r"\b[a-z][a-z0-9+.-]*://[^\s/:@\"'{}<>]+:[^\s/:@\"'{}<>]+@",
}
# What opens our own; made-up ones stand in tests.
_OURS = {
    "a key of a ring": r"\b\w{1,20}:[A-Za-z0-9+/]{43}=(?![A-Za-z0-9+/=])",
    "an API key": r"\btk_turnout_[0-9A-Za-z]{101}\b",
    "a signed token": r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}",
    "a secret that is assigned": r"(?i)\b\w*(?:secret|passwd|api_key|access_key)\w*\s*[:=]\s*"
    r"[\"'][A-Za-z0-9+/_=-]{24,}[\"']",
}
# Made up, and named with their reason: the probe that measures a cold start reads a ring of its own.
KNOWN = frozenset({"devtools/package/bare.py: a key of a ring"})
_LOOKED_THROUGH = (".gz", ".png", ".ico", ".jsonl", ".pyc")


def findings(path: str, text: str) -> Iterator[str]:
    """What a file must not have, as `path:line: what`; never the secret itself."""
    patterns = _REAL if path.startswith("tests/") else {**_REAL, **_OURS}
    # Most files have nothing, which a look at the whole shows in a fraction of the time.
    patterns = {what: pattern for what, pattern in patterns.items() if re.search(pattern, text)}
    for number, line in enumerate(text.splitlines(), 1):
        for what, pattern in patterns.items():
            if f"{path}: {what}" not in KNOWN and re.search(pattern, line):
                yield f"{path}:{number}: {what}"


def tracked(root: Path = PROJECT) -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], check=True, capture_output=True, text=True, cwd=root)
    return [path for path in listed.stdout.split("\0") if path and not path.endswith(_LOOKED_THROUGH)]


def main(root: Path = PROJECT) -> int:
    found: list[str] = []
    for path in tracked(root):
        if (root / path).is_file():
            found += findings(path, (root / path).read_text(encoding="utf-8", errors="replace"))
    for one in found:
        print(f"{one}: take it out, and renew it, for it has been seen.", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
