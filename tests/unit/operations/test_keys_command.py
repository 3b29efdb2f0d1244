"""`operations.keys`: rings are made and rotated so that nobody meets a key that somebody does not know."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import botocore.session
import moto
import pytest

from chalicelib.security.keyring import KeyRing, RingMacs, StoredRing
from chalicelib.security.purposes import FOR_EVER
from chalicelib.security.seals import RingSeals
from devtools.local import environment
from devtools.local.paths import BASE_VARIABLE, Layout, layout
from operations.keys import __main__ as command
from operations.keys.places import File, Parameter, Place
from operations.keys.ring import KNOWN_AFTER, KeysError

PARAMETER = "/prod/key-ring"
NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    monkeypatch.setenv(BASE_VARIABLE, str(tmp_path / "new"))
    return layout()


@pytest.fixture
def ssm(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with moto.mock_aws():
        yield botocore.session.get_session().create_client("ssm")


@pytest.fixture(params=["file", "parameter"])
def place(request: pytest.FixtureRequest) -> Place:
    if request.param == "file":
        return File(request.getfixturevalue("here").key_ring)
    request.getfixturevalue("ssm")
    return Parameter(PARAMETER)


def ring(place: Place) -> KeyRing:
    found, _ = place.read()
    assert found is not None
    return found


def later(place: Place) -> datetime:
    return place.read()[1] + KNOWN_AFTER + timedelta(seconds=1)


def test_a_ring_is_made_rotated_used_and_thinned_out(place: Place) -> None:
    assert command.run(place, "show", "", NOW) == [f"{place.name} has no key ring."]
    assert command.run(place, "make", "", NOW) == [f"{place.name} has: k20260601090000 (signs)."]
    made = ring(place)

    lines = command.run(place, "rotate", "", NOW + timedelta(days=1))
    assert lines[1] == "In 6 minutes: `use k20260602090000`."
    assert list(ring(place).keys) == ["k20260601090000", "k20260602090000"], "the new one signs nothing yet"
    command.run(place, "use", "k20260602090000", later(place))
    assert ring(place).current == "k20260602090000"
    assert ring(place).keys.items() > made.keys.items(), "what the old one signed is good"

    command.run(place, "drop", "k20260601090000", later(place))
    left = ring(place)
    assert (list(left.keys), left.current) == (["k20260602090000", "k20260601090000"], "k20260602090000")
    assert left.keys["k20260601090000"] == {one: made.derive("k20260601090000", one) for one in FOR_EVER}
    assert command.run(place, "show", "", NOW) == ["k20260602090000 (signs), k20260601090000 (for ids only)"]


def test_what_is_left_of_a_dropped_key_makes_ids_and_nothing_else(place: Place) -> None:
    command.run(place, "make", "", NOW)
    made = ring(place)
    ids, signed = RingSeals(lambda: made).seal(FOR_EVER[1], b"key"), RingMacs(lambda: made).sign("link", b"key")
    command.run(place, "rotate", "", NOW + timedelta(days=1))
    command.run(place, "use", "k20260602090000", later(place))
    command.run(place, "drop", "k20260601090000", later(place))
    left = ring(place)

    assert RingSeals(lambda: left).seal(FOR_EVER[1], b"key") == ids
    assert RingMacs(lambda: left).open("link", signed) is None
    assert list(left.narrowed({"link"}).keys) == ["k20260602090000"]
    for action in ("use", "drop"):
        with pytest.raises(KeysError, match=r"k20260601090000 (is|was) dropped"):
            command.run(place, action, "k20260601090000", later(place))


@pytest.mark.parametrize("action", ["make", "rotate", "use", "drop"])
def test_a_dry_run_says_what_would_be_written_and_writes_nothing(place: Place, action: str) -> None:
    if action != "make":
        command.run(place, "make", "", NOW)
        command.run(place, "rotate", "", NOW + timedelta(days=1))
    before = place.read()[0]
    kid = "k20260602090000" if action in {"use", "drop"} else ""

    (line,) = command.run(place, action, kid, later(place), dry=True)

    assert re.fullmatch(r".* would have: .*\. Nothing was written\.", line)
    assert place.read()[0] == before


def test_a_key_is_not_used_before_every_function_knows_it(place: Place) -> None:
    command.run(place, "make", "", NOW)
    command.run(place, "rotate", "", NOW + timedelta(days=1))
    early = place.read()[1] + timedelta(seconds=300)

    with pytest.raises(KeysError, match=r"may not know k20260602090000 yet: use it in \d+ seconds"):
        command.run(place, "use", "k20260602090000", early)
    assert ring(place).current == "k20260601090000"


@pytest.mark.parametrize(
    ("action", "kid", "named"),
    [
        ("make", "", "There is a key ring .*`rotate` adds"),
        ("drop", "k20260601090000", "k20260601090000 signs"),
        ("use", "nobody", "no key nobody"),
        ("drop", "nobody", "no key nobody"),
        ("rotate", "", "within this second"),
    ],
)
def test_what_would_void_or_break_something_is_refused(place: Place, action: str, kid: str, named: str) -> None:
    command.run(place, "make", "", NOW)
    before = place.read()[0]

    with pytest.raises(KeysError, match=named):
        command.run(place, action, kid, NOW)
    assert place.read()[0] == before


@pytest.mark.parametrize("action", ["rotate", "use", "drop"])
def test_without_a_ring_there_is_nothing_to_rotate(place: Place, action: str) -> None:
    with pytest.raises(KeysError, match="`make` writes the first one"):
        command.run(place, action, "k", NOW)


def test_the_application_reads_what_was_written(ssm: Any) -> None:
    command.run(Parameter(PARAMETER), "make", "", NOW)

    assert StoredRing("", PARAMETER)().current == "k20260601090000"
    assert ssm.get_parameter(Name=PARAMETER)["Parameter"]["Type"] == "SecureString"


def test_a_parameter_keeps_the_key_that_encrypts_it(ssm: Any) -> None:
    key = "arn:aws:kms:eu-west-1:123456789012:key/1234"
    command.run(Parameter(PARAMETER, key), "make", "", NOW)
    command.run(Parameter(PARAMETER), "rotate", "", NOW + timedelta(days=1))

    assert ssm.describe_parameters()["Parameters"][0]["KeyId"] == key


def test_the_local_system_starts_with_the_ring_that_was_made(here: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["make"]) == 0

    assert "(signs)" in capsys.readouterr().out
    assert KeyRing.parse(environment.key_ring(here)).current.startswith("k20")
    assert here.key_ring.stat().st_mode & 0o077 == 0


@pytest.mark.usefixtures("ssm")
def test_the_command_names_a_parameter_and_never_shows_a_key(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["make", "--parameter", PARAMETER]) == 0
    assert command.main(["make", "--parameter", PARAMETER]) == 1
    assert command.main(["show", "--parameter", PARAMETER]) == 0

    shown = capsys.readouterr()
    _, _, key = ring(Parameter(PARAMETER)).text().partition(":")
    assert "`rotate` adds a key to it" in shown.err
    assert "k20" in shown.out
    assert key not in shown.out + shown.err


@pytest.mark.parametrize(
    "arguments", [["use"], ["drop"], ["make", "k1"], ["show", "--stage", "a", "--parameter", "b"], []]
)
def test_an_incomplete_command_is_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(arguments)
