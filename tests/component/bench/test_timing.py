"""The figure that says whether times tell known and unknown addresses apart."""

from typing import Any

import pytest

from tests.bench import timing


@pytest.mark.parametrize(
    ("known", "unknown", "figure"),
    [
        ([1, 2, 3], [1, 2, 3], 0.5),
        ([4, 5], [1, 2], 1.0),
        ([1, 2], [4, 5], 1.0),
        ([1, 3], [2, 4], 0.75),
        ([1], [1], 0.5),
    ],
)
def test_the_area_says_how_well_times_tell_apart(known: list[float], unknown: list[float], figure: float) -> None:
    assert timing.area(known, unknown) == figure


def test_every_door_is_measured_and_one_that_tells_is_outside(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(timing, "measured", lambda door, samples: 0.9 if door is timing.DOORS["login"] else 0.5)

    assert timing.main([]) == 0
    assert timing.main(["--check"]) == 1
    told = capsys.readouterr().out
    assert all(name in told for name in timing.DOORS)
    assert told.count("OUTSIDE") == 2


@pytest.mark.parametrize("door", ["resend", *timing.AT_AN_EVENT])
def test_a_sample_is_a_request_that_is_answered(monkeypatch: pytest.MonkeyPatch, door: str) -> None:
    statuses = []

    def watched(*given: Any) -> None:
        statuses.append(timing.DOORS[door](*given).status)

    monkeypatch.setitem(timing.AT_AN_EVENT if door in timing.AT_AN_EVENT else {}, door, watched)

    assert 0.5 <= timing.measured(watched, 3) <= 1.0
    assert set(statuses) <= {201, 202}
    assert len(statuses) >= 2 * 3
