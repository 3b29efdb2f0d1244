"""Lines of CSV that every spreadsheet opens as they are meant, and none executes (RFC 4180, OWASP)."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

BYTE_ORDER_MARK = "\ufeff"
# What begins a formula, also as a full-width, small, raised or lowered sign, which some programs read as the plain one.
_SIGNS = r"=+\-@\u2212\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u207c\u207a\u207b\u208c\u208a\u208b"
# What ends a cell where a program splits otherwise than we do: any usual separator, a tab, a break of a line.
_ENDS = r",;|\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029"
_THEN_SIGN = rf"(?=[\s\"']*[{_SIGNS}])"  # behind apostrophes of the text itself, too: so all of ours can be taken back
_FORMULA = re.compile(f"(^|[{_ENDS}]){_THEN_SIGN}")
_DEFUSED = re.compile(f"(^|[{_ENDS}])'{_THEN_SIGN}")
_BEGINS_FORMULA = re.compile(_THEN_SIGN)
_CONTROLS = frozenset("\t\r\n")


@dataclass(frozen=True, slots=True)
class CsvFormat:
    """How a file is written. With the byte order mark Excel reads it as UTF-8 without being asked."""

    separator: str = ","
    marked: bool = True

    def line(self, cells: Sequence[str]) -> str:
        """One line; every cell is quoted and harmless."""
        text = io.StringIO()
        writer = csv.writer(text, delimiter=self.separator, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow([harmless(cell) for cell in cells])
        return text.getvalue()


def harmless(cell: str) -> str:
    """A text in which no spreadsheet finds a formula, wherever it splits: an apostrophe stands before its sign."""
    safe = _FORMULA.sub(r"\1'", cell)
    return f"'{safe}" if _begins_with_control(cell) else safe


def plain(cell: str) -> str:
    """The text that `harmless` was given."""
    if cell[:1] == "'" and _begins_with_control(cell[1:]):
        cell = cell[1:]
    return _DEFUSED.sub(r"\1", cell)


def _begins_with_control(cell: str) -> bool:
    return cell.lstrip("'")[:1] in _CONTROLS and not _BEGINS_FORMULA.match(cell)
