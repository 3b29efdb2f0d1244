"""The route table of `chalicelib/api/http/endpoints` from the declarations: `--check` says whether it is up to date."""

import argparse
import sys
from pathlib import Path

from chalicelib.api.resources import RESOURCES

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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    wanted = text()
    if not parser.parse_args().check:
        TABLE.write_text(wanted, encoding="utf-8")
        return 0
    if TABLE.read_text(encoding="utf-8") == wanted:
        return 0
    sys.stderr.write(
        "chalicelib/api/http/endpoints/route_table.py is not what the routes declare: run `make routes`.\n"
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
