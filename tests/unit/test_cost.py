"""What a command costs is printed after it, and its exit code is the command's."""

import re
import sys

import pytest

from devtools import cost


@pytest.mark.parametrize("code", [0, 5])
def test_the_cost_is_shown_and_the_exit_code_handed_on(code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert cost.main(["--budget", "9", sys.executable, "-c", f"raise SystemExit({code})"]) == code

    assert re.fullmatch(r"0\.\d CPU minutes in \d+\.\d minutes\n", capsys.readouterr().out)


def test_a_cost_over_the_budget_is_said_and_fails_nothing() -> None:
    assert cost.sentence(8.96, 4.51, 9) == "9.0 CPU minutes in 4.5 minutes"
    assert cost.sentence(9.3, 5, 9).startswith("9.3 CPU minutes in 5.0 minutes: MORE THAN THE BUDGET of 9")
