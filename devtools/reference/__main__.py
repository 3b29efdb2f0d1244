"""`python -m devtools.reference [--check]`: write `chalicelib/domain/reference/reference_data.py` from the pinned
packages, and `chalicelib/security/common_passwords.txt` from the lists of `devtools/reference/data`.
"""

import sys
import textwrap
from importlib.metadata import version
from pathlib import Path

from devtools import generated_files
from devtools.reference import countries, currencies, languages, passwords, zones

PROJECT = Path(__file__).resolve().parents[2]
TARGET = PROJECT / "chalicelib" / "domain" / "reference" / "reference_data.py"
PACKAGES = ("pycountry", "python-iso639", "iso4217", "tzdata")
WIDTH = 118


def render() -> str:
    """The module as it is stored: texts, so that an import costs next to nothing; a line an entry, as in a list."""
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    tables = {
        "COUNTRIES": ("`code name=zone`", countries.table()),
        "CURRENCIES": ("`digits code code ...`", currencies.table()),
        "TWO_LETTERS": ("`code codes of three letters/... names/...`", languages.two_letters()),
        "THREE_LETTERS": ("`code code ...`", languages.three_letters()),
        "ZONES": ("`name name ...`", zones.table()),
    }
    head = (
        '"""Countries, currencies, languages and time zones, written by `make reference-data`; do not edit.\n\n'
        f"From {packages}.\nWhat is left out, added or called otherwise, and why, stands in `devtools/reference`.\n"
        '"""\n'
    )
    return head + "".join(f"\n# {form}\n{name} = {_literal(lines)}\n" for name, (form, lines) in tables.items())


def _literal(lines: list[str]) -> str:
    wrapped = [part for line in lines for part in _wrapped(line)]
    return '"""\\\n' + "\n".join(wrapped) + '\n"""'


def _wrapped(line: str) -> list[str]:
    return textwrap.wrap(line, WIDTH, subsequent_indent=" ", break_on_hyphens=False)


def is_current(target: Path = TARGET) -> bool:
    return generated_files.is_current(target, render())


def main(arguments: list[str] | None = None, target: Path = TARGET, words: Path = passwords.TARGET) -> int:
    def texts() -> dict[Path, str]:
        return {target: render(), words: passwords.table()}

    return generated_files.keep("devtools.reference", __doc__, texts, arguments, command="make reference-data")


if __name__ == "__main__":
    sys.exit(main())
