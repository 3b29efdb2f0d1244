"""`requirements-run.txt` names all that `make run`, `make demo` and the other tools without tests import."""

import json
import subprocess
import sys
from importlib import metadata
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
# In a process of its own: this one has imported the test tools. Engine modules run in another environment.
IMPORT = """
import importlib, json, pkgutil, sys
for root in sys.argv[1:]:
    package = importlib.import_module(root)
    for found in pkgutil.walk_packages(package.__path__, f"{root}."):
        if not found.name.rpartition(".")[2].startswith(("engine_", "__main__")):
            importlib.import_module(found.name)
json.dump(sorted({name.partition(".")[0] for name in sys.modules}), sys.stdout)
"""
OPTIONAL = {"cryptography"}  # PyJWT imports it where it is installed; our tokens do without
TOOLS = ("chalicelib", "devtools.local", "devtools.mailbox", "devtools.demo", "devtools.mails", "operations")


def _name(distribution: str) -> str:
    return distribution.lower().replace("_", "-")


def test_what_runs_without_the_test_tools_needs_none_of_them() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", IMPORT, *TOOLS], capture_output=True, text=True, check=True, cwd=PROJECT
    )
    owners = metadata.packages_distributions()
    pinned = {
        line.partition("==")[0]
        for line in (PROJECT / "requirements-run.txt").read_text(encoding="utf-8").splitlines()
        if "==" in line
    }

    needed = {_name(one) for module in json.loads(ran.stdout) for one in owners.get(module, [])}

    assert needed - pinned <= OPTIONAL
    assert {"chalice", "httpx", "pynamodb", "rich"} <= needed
