"""`python -m devtools.supply.licences [--check]`: write docs/licences.md; no licence that nobody has agreed to."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from devtools.supply.locked import PROJECT, Package, packages

TARGET = PROJECT / "docs" / "licences.md"
# Each asks for its notice to be kept, and for nothing that changes how the service may be used.
AGREED = frozenset(
    {
        "Apache-2.0", "Apache-2.0 OR BSD-3-Clause", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "PSF-2.0",
        "Unlicense",
    }
)  # fmt: skip
_PAGE = """\
# Licences

Generated from requirements.txt by `make docs`. What the Lambda functions import, with the licence that each package
states; the licences of the scripts on `/docs` and `/redoc` stand beside them in `chalicelib/api/documents/vendor`.
Of a font (DejaVu, after Bitstream Vera: `devtools/letters/LICENSE.txt`) pictures of its letters are deployed.

| package | version | licence |
|---|---|---|
"""


def page(shipped: Sequence[Package]) -> str:
    return _PAGE + "".join(f"| {one.name} | {one.version} | {one.licence} |\n" for one in shipped)


def refused(shipped: Sequence[Package]) -> list[str]:
    """Packages whose licence is none of those that were agreed to, one sentence each."""
    return [
        f"{one.name} is under {one.licence or 'no licence that it names'}: agree to it in {Path(__file__).name}, "
        "or do without the package."
        for one in shipped
        if one.licence not in AGREED
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m devtools.supply.licences", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when the page is out of date")
    shipped, faults = packages(), []
    check = parser.parse_args(arguments).check
    if check and (not TARGET.is_file() or TARGET.read_text(encoding="utf-8") != page(shipped)):
        faults.append(f"docs/{TARGET.name} is out of date; run `make docs` and commit the result.")
    faults += refused(shipped)
    for fault in faults:
        print(fault, file=sys.stderr)
    if not check and not faults:
        TARGET.write_text(page(shipped), encoding="utf-8")
        print(f"wrote docs/{TARGET.name}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
