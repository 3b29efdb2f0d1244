"""Every refusal is one declaration with all its parts, and every one is documented."""

import ast
import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
import yaml

from app import app
from chalicelib.api.http.response import problems
from chalicelib.api.openapi.errors import problem_schema
from chalicelib.domain.errors import PROBLEMS, ConflictError, Problem, TurnoutError
from chalicelib.domain.errors.faults import FAULTS
from devtools import errors_docs

PROJECT = Path(__file__).resolve().parents[2]
# Answered by the edge or the gateway, for which no use case has an exception.
WITHOUT_EXCEPTION = {"method_not_allowed", "internal_error", "bad_gateway", "gateway_timeout"}


def subclasses(family: type[TurnoutError]) -> Iterator[type[TurnoutError]]:
    for kind in family.__subclasses__():
        if kind.__module__.startswith("chalicelib."):
            yield kind
        yield from subclasses(kind)


REFUSALS = [kind for kind in subclasses(TurnoutError) if kind is not ConflictError]


def test_every_refusal_has_a_code_of_its_own_in_the_table() -> None:
    assert app.routes
    codes = [kind.code for kind in REFUSALS]

    assert len(set(codes)) == len(codes)
    assert set(codes) | WITHOUT_EXCEPTION == set(PROBLEMS)
    assert all(PROBLEMS[kind.code] is kind.problem for kind in REFUSALS)


def test_an_error_without_a_declaration_of_its_own_is_no_class() -> None:
    with pytest.raises(TypeError, match=r"^MeaninglessError has no problem: declare its code"):

        class MeaninglessError(ConflictError): ...


@pytest.mark.parametrize("part", ["code", "status", "title", "detail", "when", "then"])
def test_a_declaration_without_one_of_its_parts_is_none(part: str) -> None:
    parts: dict[str, Any] = {
        "code": "x_y",
        "status": HTTPStatus.CONFLICT,
        "title": "X",
        "detail": "X.",
        "when": "X.",
        "then": "Y.",
    }
    assert Problem(**parts).code == "x_y"

    with pytest.raises(TypeError, match=part):
        Problem(**{name: value for name, value in parts.items() if name != part})


def test_a_declaration_has_an_error_status_and_sentences() -> None:
    for code, problem in PROBLEMS.items():
        assert re.fullmatch("[a-z]+(_[a-z]+)*", code)
        assert problem.status >= HTTPStatus.BAD_REQUEST
        assert problem.title[0].isupper()
        assert all(text.endswith((".", "`.")) for text in (problem.detail, problem.when, problem.then)), code


def test_what_a_problem_carries_besides_is_described() -> None:
    described = problem_schema()["properties"]

    for problem in PROBLEMS.values():
        assert problem.example.keys() <= described.keys()


def test_what_is_refused_for_the_present_state_is_a_conflict() -> None:
    conflicts = {kind.code for kind in REFUSALS if issubclass(kind, ConflictError)}

    assert {code for code, problem in PROBLEMS.items() if problem.status == HTTPStatus.CONFLICT} == conflicts


def test_a_next_step_is_a_request_that_there_is() -> None:
    for problem in PROBLEMS.values():
        if problem.next_step is not None:
            assert problem.next_step.method in app.routes[problem.next_step.href]


def test_the_gateway_answers_with_codes_and_titles_of_the_table() -> None:
    text = (PROJECT / "template-infra" / "resources.yaml").read_text(encoding="utf-8")
    plain = yaml.load(re.sub(r"![A-Za-z]+", "", text), Loader=yaml.SafeLoader)
    responses = plain["Resources"]["RestAPI"]["Properties"]["GatewayResponses"]
    assert responses
    for response in responses.values():
        answered = yaml.safe_load(response["ResponseTemplates"]["application/json"])
        problem = PROBLEMS[answered["code"]]
        assert (answered["status"], answered["title"]) == (int(problem.status), problem.title)


# docs/errors.md


def test_the_committed_page_is_current() -> None:
    text = (PROJECT / "docs" / "errors.md").read_text(encoding="utf-8")

    assert text == errors_docs.page(PROBLEMS, FAULTS), "run `make docs`"


def test_the_page_has_a_row_for_every_code() -> None:
    rows = errors_docs.page(PROBLEMS, FAULTS).splitlines()

    for code, problem in PROBLEMS.items():
        start = f"| `{code}` | {int(problem.status)} | {problem.title} | "
        assert len([row for row in rows if row.startswith(start)]) == 1


def test_the_example_of_the_page_is_what_the_application_answers() -> None:
    page = errors_docs.page(PROBLEMS, FAULTS)
    example = yaml.safe_load(page.split("```json")[1].split("```")[0])

    assert example == problems.document("event_full", example["request_id"])


def test_drift_is_one_clear_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stale = tmp_path / "errors.md"

    assert errors_docs.main(["--check"], stale) == 1
    assert capsys.readouterr().err == "errors.md is out of date; run `make docs` and commit the result.\n"
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
