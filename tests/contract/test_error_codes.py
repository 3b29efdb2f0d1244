"""Every refusal has its row in the table of problems, and every row is documented."""

import ast
import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
import yaml

from app import app
from chalicelib.api.http import problems
from chalicelib.domain.errors import ConflictError, TurnoutError
from devtools import errors_docs
from devtools.error_advice import ADVICE, FAULTS, Advice

PROJECT = Path(__file__).resolve().parents[2]
# Answered by the edge or the gateway, for which no use case has an exception.
WITHOUT_EXCEPTION = {"method_not_allowed", "too_many_requests", "internal_error", "bad_gateway", "gateway_timeout"}


def subclasses(kind: type[TurnoutError]) -> Iterator[type[TurnoutError]]:
    for one in kind.__subclasses__():
        if one.__module__.startswith("chalicelib."):
            yield one
        yield from subclasses(one)


REFUSALS = [kind for kind in subclasses(TurnoutError) if kind is not ConflictError]


def test_every_refusal_has_a_code_of_its_own_with_a_row() -> None:
    assert app.routes
    codes = [kind.code for kind in REFUSALS]

    assert len(set(codes)) == len(codes)
    assert set(codes) | WITHOUT_EXCEPTION == set(problems.KINDS)


def test_a_row_has_an_error_status_and_sentences() -> None:
    for code, kind in problems.KINDS.items():
        assert re.fullmatch("[a-z]+(_[a-z]+)*", code)
        assert kind.status >= HTTPStatus.BAD_REQUEST
        assert kind.title[0].isupper()
        assert kind.detail.endswith(".")


def test_what_is_refused_for_the_present_state_is_a_conflict() -> None:
    conflicts = {kind.code for kind in REFUSALS if issubclass(kind, ConflictError)}

    assert {code for code, kind in problems.KINDS.items() if kind.status == HTTPStatus.CONFLICT} == conflicts


def test_a_next_step_is_a_request_that_there_is() -> None:
    for code, step in problems.NEXT_STEPS.items():
        assert code in problems.KINDS
        assert step["method"] in app.routes[step["href"]]


def test_the_gateway_answers_with_codes_and_titles_of_the_table() -> None:
    text = (PROJECT / "template-infra" / "resources.yaml").read_text(encoding="utf-8")
    plain = yaml.load(re.sub(r"![A-Za-z]+", "", text), Loader=yaml.SafeLoader)
    responses = plain["Resources"]["RestAPI"]["Properties"]["GatewayResponses"]
    assert responses
    for response in responses.values():
        told = yaml.safe_load(response["ResponseTemplates"]["application/json"])
        kind = problems.KINDS[told["code"]]
        assert (told["status"], told["title"]) == (int(kind.status), kind.title)


# docs/errors.md


def test_the_committed_page_is_current() -> None:
    text = (PROJECT / "docs" / "errors.md").read_text(encoding="utf-8")

    assert text == errors_docs.page(problems.KINDS, ADVICE, FAULTS), "run `make docs`"


def test_the_page_has_a_row_for_every_code() -> None:
    rows = errors_docs.page(problems.KINDS, ADVICE, FAULTS).splitlines()

    for code, kind in problems.KINDS.items():
        start = f"| `{code}` | {int(kind.status)} | {kind.title} | "
        assert len([row for row in rows if row.startswith(start)]) == 1


def test_the_example_of_the_page_is_what_the_application_answers() -> None:
    page = errors_docs.page(problems.KINDS, ADVICE, FAULTS)
    example = yaml.safe_load(page.split("```json")[1].split("```")[0])

    assert example == problems.document("event_full", example["request_id"])


def test_a_code_without_advice_is_named() -> None:
    kind = problems.KINDS["busy"]

    with pytest.raises(errors_docs.DocumentationError, match=r"^new, old: give each code"):
        errors_docs.page({"new": kind, "busy": kind}, {"old": Advice("", ""), "busy": ADVICE["busy"]}, {})


def test_drift_is_one_clear_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stale = tmp_path / "errors.md"

    assert errors_docs.main(["--check"], stale) == 1
    assert capsys.readouterr().err == "docs/errors.md is out of date; run `make docs` and commit the result.\n"
    assert errors_docs.main([], stale) == 0
    assert errors_docs.main(["--check"], stale) == 0


def fault_codes() -> Iterator[str]:
    """The codes of `FieldError(where, code, message)` in the sources, and those of the parser's own table."""
    for path in (PROJECT / "chalicelib").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("FieldError"):
                code = node.args[1]
                if isinstance(code, ast.Constant):
                    yield str(code.value)
    yield from ("required", "unknown_field", "invalid", "object_required")


def test_every_fault_of_an_invalid_request_is_documented() -> None:
    assert set(fault_codes()) == set(FAULTS)
