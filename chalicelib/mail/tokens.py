"""The palette by day and by night: the one place where pages and mails get their colors from."""

import functools
import re
from collections.abc import Mapping
from pathlib import Path

_SHEET = Path(__file__).with_name("tokens.css")


@functools.cache
def sheet() -> str:
    """The palette as custom properties, for pages."""
    return _SHEET.read_text(encoding="utf-8")


@functools.cache
def palettes() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Colors by name, by day and by night, for mails: programs that show mail know no custom properties."""
    day, night = (dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block)) for block in sheet().split("@media"))
    return day, {**day, **night}
