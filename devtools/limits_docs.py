"""`python -m devtools.limits_docs [--check]`: write docs/limits.md from `chalicelib/domain/shared/limits.py`."""

import dataclasses
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

from chalicelib.domain.shared import limits
from chalicelib.domain.shared.limits import GENEROUS_LIMITS, PRODUCTION_LIMITS, RateLimits, span
from chalicelib.domain.shared.mail_budget import Budget, SharedBudget
from chalicelib.domain.shared.rate_limit import Backoff, Daily, Limit, Shares
from devtools.generated_files import keep

PROJECT = Path(__file__).resolve().parents[1]
SOURCE = PROJECT / "chalicelib" / "domain" / "shared" / "limits.py"
TARGET = PROJECT / "docs" / "limits.md"
_HEAD = """\
# Limits

Generated from `chalicelib/domain/shared/limits.py` by `make docs`; change it there.

What is too long, too large or too much in a request is refused with 400 `invalid_request`, which names the field and
what it takes, unless the line says otherwise. [errors.md](errors.md) has the codes, [settings.md](settings.md)
the settings.
"""
_RATES = """
## Rate limits

Kept by the setting `LIMITS`. So many at once, and as many again in every such span (a leaky bucket); beyond it 429
`too_many_requests` with `Retry-After`, or silence where an answer would tell a stranger something. Mails over the
budget of a mailbox ("in any hour") are sent later, and no request is refused. The gateway of the template throttles
requests besides (`template-infra/resources.yaml`).

| what | `production` | `generous` |
|---|---|---|
"""
_SECTION = re.compile(r"# (\w+)")
_LINE = re.compile(r"([A-Z_]+) = .*?  # (.+)")
_FIELD = re.compile(r"    (\w+): .*?  # (.+)")


class DocumentationError(Exception):
    """The message names the limit whose line does not say what it bounds."""


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    section: str
    name: str
    meaning: str


def rows(source: str) -> list[Row]:
    """Each constant of the module with the comment of its line, under the section it stands in.

    Raises `DocumentationError` for a constant that has no comment, or stands under no section.
    """
    found, section = [], ""
    for line in source.split("\n@dataclass", maxsplit=1)[0].splitlines():
        if title := _SECTION.fullmatch(line):
            section = title[1]
        elif match := _LINE.fullmatch(line):
            found.append(Row(section, match[1], match[2]))
        elif re.match(r"[A-Z_]+ = ", line):
            raise DocumentationError(f"{line.split()[0]} of {SOURCE.name} has no comment that says what it bounds.")
    for row in found:
        if not row.section:
            raise DocumentationError(f"{row.name} of {SOURCE.name} stands under no section.")
    return found


def rate_rows(source: str) -> dict[str, str]:
    """What each field of `RateLimits` limits. Raises `DocumentationError` for one that does not say it."""
    found = {match[1]: match[2] for match in map(_FIELD.fullmatch, source.splitlines()) if match}
    missing = [field.name for field in dataclasses.fields(RateLimits) if field.name not in found]
    if missing:
        raise DocumentationError(f"{missing[0]} of RateLimits has no comment that says what it limits.")
    return found


def page(source: str) -> str:
    """The Markdown page."""
    return _HEAD + "".join(_sections(rows(source))) + _RATES + "".join(_rates(rate_rows(source)))


def _sections(found: list[Row]) -> Iterator[str]:
    section = ""
    for row in found:
        if row.section != section:
            section = row.section
            yield f"\n## {section}\n\n| what | limit |\n|---|---|\n"
        yield f"| {row.meaning} | {shown(getattr(limits, row.name))} |\n"


def _rates(meanings: Mapping[str, str]) -> Iterator[str]:
    for field in dataclasses.fields(RateLimits):
        values = (shown(getattr(chosen, field.name)) for chosen in (PRODUCTION_LIMITS, GENEROUS_LIMITS))
        yield f"| {meanings[field.name]} | {' | '.join(values)} |\n"


def shown(value: object) -> str:
    """A limit as people read it."""
    if isinstance(value, Shares | SharedBudget):
        beyond, firsts = shown(value.beyond), shown(value.firsts)
        return f"{shown(value.each)}; together {beyond} beyond each one's first, of which {firsts}"
    if isinstance(value, Budget):
        return f"{value.hour} in any hour and {value.day} in any day"
    if isinstance(value, Backoff):
        first, longest = (span(timedelta(seconds=seconds)) for seconds in (value.first, value.longest))
        return f"{value.free}, then each waits twice as long: {first} to {longest}"
    if isinstance(value, Daily | Limit):
        return _counted(value)
    if isinstance(value, timedelta):
        return span(value) if value else "none"
    return f"{value:,}" if isinstance(value, int) else "none"


def _counted(value: Daily | Limit) -> str:
    if isinstance(value, Daily):
        return f"{value.number} a calendar day (UTC)"
    return f"{value.number} in {span(timedelta(seconds=value.seconds))}"


def main(arguments: list[str] | None = None, target: Path = TARGET) -> int:
    try:
        text = page(SOURCE.read_text(encoding="utf-8"))
    except DocumentationError as error:
        print(error, file=sys.stderr)
        return 1
    return keep("devtools.limits_docs", __doc__, lambda: {target: text}, arguments, command="make docs")


if __name__ == "__main__":
    sys.exit(main())
