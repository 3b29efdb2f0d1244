"""`make function-keys`: the keys of one function, derived from the ring and written where only that function reads.

`make function-keys ARGS="mail --stage NAME --to /turnout/prod/mail-keys"`: again whenever the ring changes.
"""

import argparse
import sys
from collections.abc import Sequence
from typing import Any, Protocol

import botocore.session

from chalicelib.container import Container
from chalicelib.security.purposes import KEYS_OF
from operations import target
from operations.target import Target


class Parameters(Protocol):
    """The part of SSM that is needed."""

    def put_parameter(self, **arguments: Any) -> Any: ...


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code; `arguments` None takes those of the process."""
    parser = argparse.ArgumentParser(prog="python -m operations.function_keys", description=__doc__)
    parser.add_argument("function", choices=sorted(KEYS_OF), help="whose keys")
    parser.add_argument("--to", metavar="PARAMETER", required=True, help="the SSM SecureString to write")
    parser.add_argument("--dry-run", action="store_true", help="say what would be written, and write nothing")
    return target.run(parser, _work, arguments)


def _work(system: Target, options: argparse.Namespace) -> int:
    ssm = botocore.session.get_session().create_client("ssm")
    said = write(system.container, options.function, options.to, ssm, dry_run=options.dry_run)
    sys.stdout.write(f"{said}\n")
    return 0


def write(container: Container, function: str, parameter: str, ssm: Parameters, *, dry_run: bool = False) -> str:
    """Write them and say so, without a key. Raises `KeyRingError` for a ring that has no such keys."""
    ring = container.security.ring().narrowed(KEYS_OF[function])
    keys = f"keys for {', '.join(sorted(KEYS_OF[function]))} of {', '.join(ring.keys)}"
    if dry_run:
        return f"{parameter} would have {keys}. Nothing was written."
    ssm.put_parameter(Name=parameter, Type="SecureString", Overwrite=True, Value=ring.text())
    return f"{parameter}: {keys}."


if __name__ == "__main__":
    sys.exit(main())
