"""The development stack: `make run`, plain `chalice local`, and what tests start of them; never part of a package."""

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalice.app import Chalice


def active() -> bool:
    """Whether this process is `chalice local`; other commands of chalice import the application as well."""
    return os.environ.get("AWS_CHALICE_CLI_MODE") == "true" and "local" in sys.argv


def install(app: "Chalice") -> None:
    """At the end of app.py: in `chalice local`, give the application its local cloud, environment and server."""
    if active():
        from devtools.local import serve  # other commands pay for nothing

        serve.install(app)
