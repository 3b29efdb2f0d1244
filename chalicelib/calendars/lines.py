"""Content lines of RFC 5545: text escaped, parameters quoted, lines folded at 75 octets of UTF-8."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

OCTETS = 75  # of a line, its end not counted
_END = "\r\n"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # no value may hold them, escaped or not
_BREAK = re.compile(r"\r\n?|[\n\x85\u2028\u2029]")  # all that some reader takes for the end of a line


def text(value: str) -> str:
    """A TEXT value: what would end it, or a line, is escaped."""
    plain = _CONTROL.sub("", _BREAK.sub("\n", value)).replace("\\", "\\\\")
    return plain.replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def utc(at: datetime) -> str:
    """A DATE-TIME in UTC, to the second."""
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def line(name: str, value: str, parameters: Mapping[str, str] | None = None) -> str:
    """One content line, not folded yet. `value` is escaped already, as its type asks for; no parameter is empty."""
    listed = "".join(f";{key}={_parameter(given)}" for key, given in (parameters or {}).items() if given)
    return f"{name}{listed}:{_CONTROL.sub('', _BREAK.sub(' ', value))}"


def _parameter(value: str) -> str:
    """Quoted where it has to be; carets and quotation marks as RFC 6868 says them."""
    plain = _CONTROL.sub("", _BREAK.sub(" ", value)).replace("^", "^^").replace('"', "^'")
    return f'"{plain}"' if re.search(r"[^\w@+/ -]", plain) else plain


def folded(content: str) -> str:
    """The line with its end; in pieces if it is long, no character cut in two, each but the first after a space."""
    if len(content.encode()) <= OCTETS:
        return content + _END
    pieces, begin, size = [], 0, 0
    for place, letter in enumerate(content):
        octets = len(letter.encode())
        if size + octets > OCTETS:
            pieces.append(content[begin:place])
            begin, size = place, 1  # the space
        size += octets
    return f"{_END} ".join([*pieces, content[begin:]]) + _END


def component(name: str, lines: Iterable[str]) -> list[str]:
    """The lines of a component between its BEGIN and END."""
    return [f"BEGIN:{name}", *lines, f"END:{name}"]
