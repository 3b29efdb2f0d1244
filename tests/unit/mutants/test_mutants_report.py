"""The report of `make mutants`: names, changes, reasons and what is missing."""

import tomllib

import pytest

from devtools.mutants import PROJECT, REASONS, Survivor, change_of, function_of, judged, reasons, table

DIFF = """--- chalicelib/domain/seats.py
+++ chalicelib/domain/seats.py
@@ -1,3 +1,3 @@
 def spread(number: int, over: int) -> list[int]:
-    share = number | over
+    share = number & over
     return [share]
"""
CHANGE = Survivor("chalicelib.domain.seats.spread", "share = number ¦ over -> share = number & over")


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("chalicelib.domain.seats.x_spread__mutmut_12", "chalicelib.domain.seats.spread"),
        ("chalicelib.domain.seats.x__wider__mutmut_1", "chalicelib.domain.seats._wider"),
        ("chalicelib.domain.seats.xǁShardǁtakes_at__mutmut_7", "chalicelib.domain.seats.Shard.takes_at"),
    ],
)
def test_a_mutant_is_known_by_its_function(name: str, function: str) -> None:
    assert function_of(name) == function


def test_a_change_is_one_line_that_a_table_can_hold() -> None:
    assert change_of(DIFF) == CHANGE.change
    assert reasons(CHANGE.row("both are the same")) == {CHANGE: "both are the same"}


def test_survivors_without_a_reason_and_reasons_without_a_survivor_are_named() -> None:
    other = Survivor("chalicelib.domain.seats.total", "free = 0 -> free = None")

    assert judged([CHANGE], {CHANGE: "why"}) == ([], [])
    assert judged([CHANGE], {other: "why"}) == ([CHANGE], [other])


def test_the_table_counts_by_function() -> None:
    text = table({"a.x_f__mutmut_1": "killed", "a.x_f__mutmut_2": "survived", "a.x_g__mutmut_1": "timeout"})

    assert text.splitlines()[1:] == [
        "      1     2  a.f (1 survived)", "      1     1  a.g", "      2     3  together",
    ]  # fmt: skip


def test_everything_that_is_named_exists() -> None:
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mutmut"]

    for path in [*settings["only_mutate"], *settings["also_copy"], *settings["pytest_add_cli_args_test_selection"]]:
        assert (PROJECT / path).exists(), path
    for survivor, reason in reasons(REASONS.read_text(encoding="utf-8")).items():
        name = survivor.function.rpartition(".")[2]
        assert f"def {name}(" in source_of(survivor.function), survivor.function
        assert len(reason) > 10


def source_of(function: str) -> str:
    """The text of the module at the beginning of a dotted name; a name that begins with none has an empty one."""
    parts = function.split(".")
    files = (PROJECT.joinpath(*parts[:length]).with_suffix(".py") for length in range(len(parts), 1, -1))
    return next((file.read_text(encoding="utf-8") for file in files if file.exists()), "")
