"""`python -m devtools.errors_docs [--check]`: write docs/errors.md, what each error code means and what to do."""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from chalicelib.domain.errors import PROBLEMS, Problem
from chalicelib.domain.errors.faults import FAULTS

PROJECT = Path(__file__).resolve().parents[1]
TARGET = PROJECT / "docs" / "errors.md"
_HEAD = """\
# Errors

Generated from the declarations in `chalicelib/domain/errors/` by `make docs`; change it there.

Every error is `application/problem+json` (RFC 9457), whichever layer answers:

```json
{
  "type": "https://turnout.example/problems/event_full",
  "title": "Event full",
  "status": 409,
  "detail": "Every seat is taken.",
  "code": "event_full",
  "request_id": "5f6c1f0a-3f0b-4a53-9d3f-0d7f4f2f7c11"
}
```

Programs look at `code`, which is stable; `title` and `detail` are for people and may change. `type` is an address of
the service that ends with the code and answers with its row of this page: `GET /problems/{problem}`, a page to browsers
and JSON to programs. It begins as every address in answers does, with `PUBLIC_URL` if that is set. `request_id` is also
in the header `X-Request-Id` of every answer and finds the request in the logs. Some problems have a `next_step` with
`action`, `method` and `href`. `openapi.json` says which codes each operation can answer.

| code | status | title | when | what to do |
|---|---|---|---|---|
"""
_FAULTS = """
## Faults of an invalid request

`invalid_request` has `errors`, one entry for each fault: where it is (`pointer`, a JSON pointer into the body, or
`parameter`, the name of a query parameter), a `code` and a `message` that says what is right.

| code | meaning |
|---|---|
"""


def page(problems: Mapping[str, Problem], faults: Mapping[str, str]) -> str:
    """The Markdown page."""
    rows = [
        f"| `{problem.code}` | {int(problem.status)} | {problem.title} | {problem.when} | {problem.then} |\n"
        for problem in problems.values()
    ]
    return _HEAD + "".join(rows) + _FAULTS + "".join(f"| `{code}` | {text} |\n" for code, text in faults.items())


def main(arguments: list[str] | None = None, target: Path = TARGET) -> int:
    parser = argparse.ArgumentParser(prog="python -m devtools.errors_docs", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when the file is out of date")
    checks = parser.parse_args(arguments).check
    text = page(PROBLEMS, FAULTS)
    current = target.is_file() and target.read_text(encoding="utf-8") == text
    if checks and not current:
        print(f"docs/{target.name} is out of date; run `make docs` and commit the result.", file=sys.stderr)
        return 1
    if not current:
        target.write_text(text, encoding="utf-8")
        print(f"wrote docs/{target.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
