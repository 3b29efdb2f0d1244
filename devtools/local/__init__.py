"""The development stack: `make run`, plain `chalice local`, and what tests start of them; never part of a package."""

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalice.app import Chalice


def active() -> bool:
    """Whether this process is `chalice local`; other commands of chalice import the application as well."""
    return os.environ.get("AWS_CHALICE_CLI_MODE") == "true" and "local" in sys.argv


_INSTEAD = {
    "deploy": (
        "`chalice deploy` knows nothing of the tables, queues, roles and alarms in template-infra. "
        "Run `make package STAGE=dev` and deploy what is in build/package (docs/deploy.md)."
    ),
    "package": (
        "`chalice package` alone writes a template without tables, queues, roles and alarms. "
        "Run `make package STAGE=dev`."
    ),
}


def refuse_what_cannot_work(arguments: list[str]) -> None:
    """Exit with one sentence that says what to run, where a command of Chalice would do half of its work or fail.

    `make package` runs Chalice on a copy that has no development stack, and so is not refused.
    """
    if "local" in arguments:
        return
    found = next((one for one in arguments if one in _INSTEAD), None)
    if found:
        raise SystemExit(_INSTEAD[found])


def install(app: "Chalice") -> None:
    """At the end of app.py: in `chalice local`, give the application its local cloud, environment and server.

    Other commands of Chalice that do not do what one expects of them end here.
    """
    refuse_what_cannot_work(sys.argv[1:])
    if active():
        from devtools.local import serve  # other commands pay for nothing

        serve.install(app)
