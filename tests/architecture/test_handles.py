"""Keys of enrollments are not shown: what the API says of one comes from its view, which has handles."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
API = sorted((ROOT / "chalicelib" / "api").rglob("*.py"))
# Whose `Idempotency-Key` it is goes into a digest; a link's token and a ticket are made of the key, and signed.
MAY = {"chalicelib/api/http/request/call.py"}


def keys_in(source: str) -> Iterator[int]:
    """Lines that take the key of an enrollment, or a part of one."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute) and node.value.attr == "key":
            yield node.lineno
        if isinstance(node, ast.Attribute) and node.attr == "key" and "enrollment" in ast.unparse(node.value):
            yield node.lineno
        if isinstance(node, ast.Name) and node.id == "EnrollmentKey":
            yield node.lineno


@pytest.mark.parametrize("path", API, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_api_shows_no_key_of_an_enrollment(path: Path) -> None:
    if str(path.relative_to(ROOT)) not in MAY:
        assert list(keys_in(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "line", ["view.enrollment.key.id", "enrollment.key", "row.key.attendee_id", "EnrollmentKey.parse(text)"]
)
def test_a_key_is_noticed(line: str) -> None:
    assert list(keys_in(f"shown = {line}"))


def test_one_place_makes_what_is_shown_of_an_enrollment() -> None:
    made = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "chalicelib").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "EnrollmentView"
    ]

    assert made == ["chalicelib/services/enrollments/view.py"]
