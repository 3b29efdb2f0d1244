"""A table of people as CSV: with a header line, separated by commas, semicolons or tabs."""

import csv
import io
from collections.abc import Iterator

from chalicelib.api.http.request import parsing, undecodable
from chalicelib.api.people.import_schemas import ImportIn
from chalicelib.domain.errors import FieldError, InvalidRequestError, MalformedJsonError
from chalicelib.services.enrollments.lists.csv_text import BYTE_ORDER_MARK, plain

_SEPARATORS = (",", ";", "\t")
_COLUMNS = {"name": "name", "email": "email", "party_size": "party_size", "party": "party_size", "note": "note"}
_COLUMNS |= {"status": "status"}
_NEEDED = ("name", "email")


def read(raw: bytes) -> ImportIn:
    """The rows below the header; other columns are left out, and the signs that our own tables put before formulas.

    Raises `MalformedJsonError`, and `InvalidRequestError` where a column is missing or named twice.
    """
    raw = raw.removeprefix(BYTE_ORDER_MARK.encode())
    undecodable.check_body(raw)
    text = raw.decode()
    separator = _separator_of(text)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        columns = _columns_of(next(lines, []))
        rows = [_row(columns, cells) for cells in lines if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        raise MalformedJsonError(f"The table cannot be read: line {lines.line_num}.") from error
    return parsing.validate_object(ImportIn, {"rows": rows})


def _separator_of(text: str) -> str:
    """By which the header has most of our columns."""
    header = text.split("\n", 1)[0].rstrip("\r")
    return max(_SEPARATORS, key=lambda separator: len(set(_named(header.split(separator)))))


def _named(header: list[str]) -> Iterator[str]:
    """What we call the columns of a header; nothing for those that are not ours."""
    for cell in header:
        yield _COLUMNS.get(plain(cell).strip().strip('"').casefold(), "")


def _columns_of(header: list[str]) -> list[str]:
    columns = list(_named(header))
    missing = [FieldError(f"/{name}", "required", "is a column that is needed") for name in _NEEDED]
    missing = [fault for fault in missing if fault.where[1:] not in columns]
    twice = [
        FieldError(f"/{name}", "repeated", "is the name of several columns")
        for name in dict.fromkeys(columns)
        if name and columns.count(name) > 1
    ]
    if missing or twice:
        raise InvalidRequestError(*missing, *twice)
    return columns


def _row(columns: list[str], cells: list[str]) -> dict[str, str]:
    pairs = zip(columns, cells, strict=False)
    return {name: plain(cell) for name, cell in pairs if name and cell.strip()}
