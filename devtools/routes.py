"""The route table of `chalicelib/api/http/endpoints` from the declarations: `--check` says whether it is up to date."""

import sys
from pathlib import Path

from chalicelib.api.resources import RESOURCES
from devtools.generated_files import keep

TABLE = Path(__file__).resolve().parents[1] / "chalicelib" / "api" / "http" / "endpoints" / "route_table.py"
HEAD = '''"""Every route with the module that declares it, method, path and name. Made by `make routes`; do not edit."""

ROUTES = (
'''


def text() -> str:
    """The module as it should be, formatted as the formatter would."""
    rows = []
    for resource in RESOURCES:
        for endpoint in resource.endpoints:
            module = endpoint.view.__module__.removeprefix("chalicelib.api.")
            rows.append(f'    ("{module}", "{endpoint.method}", "{endpoint.path}", "{endpoint.name}"),\n')
    return "".join([HEAD, *rows, ")\n"])


def main(arguments: list[str] | None = None) -> int:
    return keep("devtools.routes", __doc__, lambda: {TABLE: text()}, arguments, command="make routes")


if __name__ == "__main__":
    sys.exit(main())
