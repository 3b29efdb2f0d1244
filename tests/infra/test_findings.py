"""What tools find fails unless it is accepted with a reason, and what is accepted has to be found."""

import json
from pathlib import Path
from typing import Any

import pytest

from devtools.local import bootstrap
from devtools.local.installers import SetupError
from devtools.package import checkov
from devtools.package.errors import PackageError
from devtools.package.findings import ACCEPTED, Accepted, Finding, judge
from tests.infra.conftest import PROJECT

RULES = {"CKV_1": {"of": ["*Queue", "Alarms"], "why": "because"}}


def finding(rule: str = "CKV_1", resource: str = "MailQueue") -> Finding:
    return Finding(rule, resource, "says so", "template.yaml")


def test_what_is_accepted_is_counted() -> None:
    assert judge("tool", [finding(), finding(resource="Alarms")], Accepted(RULES)) == 2


@pytest.mark.parametrize("other", [finding(rule="CKV_2"), finding(resource="Tick"), finding(resource="MailQueues")])
def test_anything_else_is_told_once_with_its_resource(other: Finding) -> None:
    with pytest.raises(PackageError) as refused:
        judge("tool", [finding(), finding(resource="Alarms"), other, other], Accepted(RULES))
    assert str(refused.value).splitlines() == [
        "tool refuses the templates:",
        f"template.yaml: {other.resource}: {other.rule} says so",
    ]


def test_what_nothing_says_any_more_is_not_accepted_for_ever() -> None:
    with pytest.raises(PackageError, match="CKV_1 of Alarms is not needed"):
        judge("tool", [finding()], Accepted(RULES))
    assert judge("tool", [finding()], Accepted(RULES), complete=False) == 1


@pytest.mark.parametrize("rule", ["{of: [A]}", "{of: [A], why: ' '}", "{why: because}", "{of: [], why: because}"])
def test_a_line_without_a_reason_or_without_a_resource_is_refused(tmp_path: Path, rule: str) -> None:
    (tmp_path / ACCEPTED).parent.mkdir()
    (tmp_path / ACCEPTED).write_text(f"checkov: {{CKV_1: {rule}}}", encoding="utf-8")

    with pytest.raises(PackageError, match="CKV_1 need `of` and `why`"):
        Accepted.read(tmp_path, "checkov")


@pytest.mark.parametrize("tool", ["cfn-lint", "checkov"])
def test_the_file_of_the_project_has_a_reason_for_each(tool: str) -> None:
    Accepted.read(PROJECT, tool)


# --- checkov


def program(folder: Path, answer: str, error: str = "") -> Path:
    """A checkov that answers so."""
    (folder / "answer").write_text(answer, encoding="utf-8")
    made = folder / "checkov"
    made.write_text(f"#!/bin/sh\ncat {folder / 'answer'}\necho '{error}' >&2\nexit 1\n", encoding="utf-8")
    made.chmod(0o755)
    return made


def answer(*failed: dict[str, str], errors: int = 0, resources: int = 5) -> str:
    summary: dict[str, Any] = {"parsing_errors": errors, "resource_count": resources}
    return json.dumps({"summary": summary, "results": {"failed_checks": failed}})


FAILED = {
    "check_id": "CKV_AWS_27",
    "check_name": "encrypted",
    "file_path": "/t.yaml",
    "resource": "AWS::SQS::Queue.MailQueue",
}


def test_failed_checks_are_findings(tmp_path: Path) -> None:
    assert checkov.scan(program(tmp_path, answer(FAILED)), []) == [
        Finding("CKV_AWS_27", "MailQueue", "encrypted", "t.yaml")
    ]


@pytest.mark.parametrize(
    "said",
    ["", "[]", '{"passed": 0}', answer(errors=1), answer(resources=0)],
    ids=["nothing", "a list", "no result", "unread", "empty"],
)
def test_an_answer_that_says_nothing_is_a_failure(tmp_path: Path, said: str) -> None:
    with pytest.raises(PackageError, match=r"checkov (did not answer|could not read)"):
        checkov.scan(program(tmp_path, said, "broken"), [])


def test_where_it_cannot_be_installed_one_line_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> bool:
        raise SetupError("requirements-checkov.txt could not be downloaded: check the network.")

    monkeypatch.setattr(bootstrap, "ensure", refuse)

    assert checkov.check(PROJECT, []) == (
        "checkov skipped: requirements-checkov.txt could not be downloaded: check the network."
    )
