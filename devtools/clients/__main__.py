"""`python -m devtools.clients`: packages of the committed document in build/clients, one for each language."""

import sys
import tempfile
from pathlib import Path

from devtools.clients import PROJECT, ClientError, python, typescript
from devtools.local.installers import SetupError


def _python() -> Path:
    programs = python.prepare()
    return python.build(programs, python.generate(programs))


def _typescript() -> Path:
    with tempfile.TemporaryDirectory() as folder:
        return typescript.build(typescript.generate(typescript.prepare(Path(folder) / "workshop")))


def main() -> int:
    """1 when one of them could not be made; the other one is made nevertheless."""
    failed = False
    for make in (_python, _typescript):
        try:
            print(f"wrote {make().relative_to(PROJECT)}")
        except (ClientError, SetupError) as error:
            failed = True
            print(error, file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
