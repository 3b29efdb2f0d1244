"""`python -m devtools.errors_docs [--check]`: write docs/errors.md, what each error code means and what to do."""

import sys
from collections.abc import Mapping
from pathlib import Path

from chalicelib.domain.errors import PROBLEMS, Problem
from chalicelib.domain.errors.faults import FAULTS
from devtools.generated_files import keep

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
    text = page(PROBLEMS, FAULTS)
    return keep("devtools.errors_docs", __doc__, lambda: {target: text}, arguments, command="make docs")


if __name__ == "__main__":
    sys.exit(main())
