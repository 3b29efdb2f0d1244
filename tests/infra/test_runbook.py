"""docs/runbook.md against what there is: alarms, commands with their options, lines of the log, and tests."""

import ast
import re
import shlex
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import botocore.session
import pytest
from botocore import xform_name
from botocore.exceptions import UnknownServiceError

from devtools.package.build import MERGED
from devtools.package.template import Template, load, of_type
from tests.infra.conftest import PROJECT
from tests.infra.typed import is_known, refused, run_by, typed

PAGE = (PROJECT / "docs/runbook.md").read_text(encoding="utf-8")
PARTS = ("For people.", "See.", "Do.", "Over.", "Tried by")
AWS_OPTIONS = {"query", "output", "region"}  # of every command of the AWS CLI
# Fields that Logs Insights makes of any line, or a query of its own.
MADE = {"requests", "messages", "errors", "answers", "records", "slowest", "most"}
WORDS = {"fields", "filter", "stats", "sort", "limit", "desc", "by", "and", "or", "in", "like", "as", "count"}
FUNCTIONS = {"ispresent", "latest", "max", "sum", "bin", "fields"}
GATEWAY_LOG = "/aws/apigateway/"


def sections(page: str = PAGE) -> dict[str, str]:
    """The sections about alarms by their headings; the first ones are about looking."""
    parts = re.split(r"^## (.+)$", page, flags=re.MULTILINE)
    return {name: text for name, text in zip(parts[1::2], parts[2::2], strict=True) if name.endswith("Alarm")}


def blocks(kind: str, page: str = PAGE) -> list[str]:
    return [
        text
        for found, text in re.findall(r"^ *```(\w*)\n(.*?)^ *```$", page, re.MULTILINE | re.DOTALL)
        if found == kind
    ]


def commands(page: str = PAGE) -> Iterator[str]:
    """Every command of a block or in the middle of a sentence, those inside of others included."""
    lines = [line.strip() for block in blocks("sh", page) for line in block.splitlines()]
    lines += re.findall(r"`((?:make|aws|python -m) [^`]+)`", page)
    for line in lines:
        inner = re.findall(r"\$\((aws [^()]*)\)", line)
        yield from inner
        if not re.match(r"[A-Z]+=", line):  # a variable of the shell
            yield re.sub(r"\$\([^()]*\)", "VALUE", line)


def queries(page: str = PAGE) -> Iterator[tuple[str, str]]:
    """Log group and query."""
    for block in blocks("", page):
        group, query = block.strip().split("\n", 1)
        yield group.removeprefix("# "), query


@pytest.fixture(scope="module")
def merged() -> Template:
    return load(PROJECT / MERGED)


# --- Sections and alarms


def test_every_alarm_has_one_section_and_the_reverse(merged: Template) -> None:
    headings = Counter(re.findall(r"^## (\w+Alarm)$", PAGE, re.MULTILINE))

    assert headings == Counter(list(of_type(merged, "AWS::CloudWatch::Alarm")))


def test_every_alarm_ends_with_the_address_of_its_section(merged: Template) -> None:
    wrong = {
        name: alarm["AlarmDescription"]
        for name, alarm in of_type(merged, "AWS::CloudWatch::Alarm").items()
        if not alarm["AlarmDescription"].endswith(f" See docs/runbook.md#{name.lower()}")
    }

    assert wrong == {}


@pytest.mark.parametrize("name", sections())
def test_a_section_has_its_parts_in_their_order(name: str) -> None:
    assert tuple(re.findall(r"^\*\*([^*]+)\*\*", sections()[name], re.MULTILINE)) == PARTS


@pytest.mark.parametrize("name", sections())
def test_the_test_of_a_section_is_there(name: str) -> None:
    [(path, test)] = re.findall(r"\*\*Tried by\*\* `(tests/[\w/]+\.py)::(\w+)`$", sections()[name], re.MULTILINE)

    assert test in _tests_of(path)


@cache
def _tests_of(path: str) -> set[str]:
    tree = ast.parse((PROJECT / path).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


# --- Commands


def _targets() -> dict[str, str]:
    """The recipe of every target of `make`."""
    text = (PROJECT / "Makefile").read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w-]+):(?!=)(?! [A-Z]+ :=).*\n((?:\t.*\n)+)", text, re.MULTILINE))


def unknown_here(command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What of a command of `make` or `python -m` is not taken: by `make`, or by the parser of what it runs."""
    words = shlex.split(command)
    recipe = _targets().get(words[1]) if words[0] == "make" else ""
    if recipe is None:
        return [words[1]]
    variables = [word.partition("=")[0] for word in words[2:]] if words[0] == "make" else []
    strange = [name for name in variables if f"$({name})" not in recipe]
    said = refused(command, monkeypatch, capsys)
    return [*strange, *([said] if said else [])]


def unknown_to_aws(command: str) -> list[str]:
    """What of a command of the AWS CLI does not exist, or is wanted and not there, by the models of the SDK."""
    _, service, operation, *rest = shlex.split(command)
    try:
        model = botocore.session.get_session().get_service_model(service)
    except UnknownServiceError:
        return [service]
    named = {xform_name(name, "-"): name for name in model.operation_names}
    if operation not in named:
        return [operation]
    shape: Any = model.operation_model(named[operation]).input_shape
    members = {xform_name(name, "-") for name in shape.members} | AWS_OPTIONS
    given = {word[2:] for word in rest if word.startswith("--")}
    missing = {xform_name(name, "-") for name in shape.required_members} - given
    return sorted(given - members) + sorted(f"without --{name}" for name in missing)


def test_every_command_is_taken_with_its_arguments(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = sorted(set(commands()))
    ours = {one: unknown_here(one, monkeypatch, capsys) for one in found if not one.startswith("aws ")}
    theirs = {one: unknown_to_aws(one) for one in found if one.startswith("aws ")}

    assert len(ours) > 5
    assert len(theirs) > 15
    assert {one: strange for one, strange in (ours | theirs).items() if strange} == {}


@pytest.mark.parametrize(
    ("command", "strange"),
    [
        ("make nothing", "nothing"),
        ("make redrive ARGS='--stage x --all'", "unrecognized arguments: --all"),
        ("make redrive ARGS='--stage x --queue mails'", "--queue: invalid choice: 'mails'"),
        ("make redrive ARGS='--stage'", "--stage: expected one argument"),
        ("make redrive STAGE=x", "STAGE"),
        ("make keys ARGS='use --stage x'", "`use` and `drop` need the name of a key"),
        ("make restore ARGS='--stage x --to x--y'", "arguments are required: --at"),
        ("make deploy STAGE=", "arguments are required: name"),
        ("make run", "nothing parses devtools.local"),
        ("python -m operations.mailboxes show a@b --erase", "unrecognized arguments: --erase"),
        ("python -m operations.mailboxes show ada", "is no e-mail address"),
        ("aws sqs purge-queues", "purge-queues"),
        ("aws sqs purge-queue --name x", "name"),
        ("aws sqs purge-queue", "without --queue-url"),
        ("aws nothing at-all", "nothing"),
    ],
)
def test_a_command_that_is_not_taken_is_found(
    command: str, strange: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    is_theirs = command.startswith("aws")
    found = unknown_to_aws(command) if is_theirs else unknown_here(command, monkeypatch, capsys)

    assert any(strange in one for one in found), found


def test_every_command_of_operators_in_any_document_is_taken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pages = [PROJECT / "README.md", *sorted((PROJECT / "docs").rglob("*.md"))]
    found = {one for page in pages for one in typed(page.read_text(encoding="utf-8"))}
    ours = sorted(one for one in found if is_known(run_by(one)[0]))

    assert len(ours) > 30
    assert {one: said for one in ours if (said := refused(one, monkeypatch, capsys))} == {}


# --- Lines of the log


def _written() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((PROJECT / "chalicelib").rglob("*.py")))


def test_every_query_is_put_to_a_log_that_the_template_makes(merged: Template) -> None:
    named = [
        one["Properties"]["LogGroupName"] for one in merged["Resources"].values() if "LogGroupName" in one["Properties"]
    ]
    groups = {one["Fn::Sub"].replace("${TablePrefix}", "turnout-prod") for one in named if "Fn::Sub" in one}
    found = list(queries())

    assert len(found) > 20
    assert {group for group, _ in found} - groups == set()


def test_queries_ask_for_lines_that_the_code_writes() -> None:
    code = _written()
    messages = {one for _, query in queries() for one in re.findall(r'message = "([^"]+)"', query)}

    assert len(messages) > 5
    assert {one for one in messages if f'"{one}"' not in code} == set()


def test_queries_ask_for_fields_that_lines_have() -> None:
    code, unknown = _written(), set()
    for group, query in queries():
        if group.startswith(GATEWAY_LOG):
            continue  # its fields are named in the template
        bare = re.sub(r'"[^"]*"|/[^/]*/|@\w+|\b\d+\w*', "", query)
        words = set(re.findall(r"[A-Za-z_]+", bare)) - MADE - WORDS - FUNCTIONS
        unknown |= {one for one in words if not re.search(rf'\b{one}=|"{one}"', code)}

    assert unknown == set()


def test_queries_name_operations_that_there_are() -> None:
    routes = (PROJECT / "chalicelib/api/http/endpoints/route_table.py").read_text(encoding="utf-8")
    lists = [one for _, query in queries() for one in re.findall(r"operation (?:in|=) (\[[^\]]*\]|\"\w+\")", query)]
    named = {name for text in lists for name in re.findall(r'"(\w+)"', text)}

    assert named
    assert {one for one in named if f'"{one}"' not in routes} == set()
