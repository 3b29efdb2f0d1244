"""What no log may hold is taken out of every line, whoever writes it."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from chalicelib import observability
from chalicelib.api.http.endpoints.route_table import ROUTES
from chalicelib.domain.enrollments.enrollment import EnrollmentKey
from chalicelib.observability.redaction import CREDENTIAL_PATHS, describe, redact
from chalicelib.security.keyring import KeyRing, RingMacs
from chalicelib.security.seals import RingSeals
from chalicelib.security.signatures import RingSignatures
from chalicelib.services.calendars.feeds import FeedTokens
from chalicelib.services.checkin.ticket_code import Tickets
from chalicelib.services.shared.handles import Handles
from tests.support.log_scanner import leaks

RING = KeyRing.parse("2026a:q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=")
MACS = RingMacs(lambda: RING)
ULID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
FEED = FeedTokens(MACS).token(ULID, 3)
SIGNED = MACS.sign("cursor", b"a place in a list, of some length")
HANDLES = Handles(RingSeals(lambda: RING))
TICKET = Tickets(RingSignatures(lambda: RING), MACS, HANDLES).code_of(EnrollmentKey(ULID, 2, ULID), 2, 1)
OLD_TICKET = f"{HANDLES.of(EnrollmentKey(ULID, 2, ULID))}.2.{MACS.mac('ticket', 'whatever it is')}"
REFRESH = f"{ULID}.{ULID}.{'aB3_-' * 8}.2026a-{'aB3_-' * 8}"
JWT = "eyJhbGciOiJIUzI1NiIsImtpZCI6IjIwMjZhIn0.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
API_KEY = f"tk_turnout_{ULID}{ULID}{'aB3xY' * 8}123456789"
SECRETS = ["ada@example.org", "ada%40example.org", "jürgen@bücher.example", "o'neil+x@example.co.uk", FEED, SIGNED,
           TICKET, OLD_TICKET, REFRESH, JWT, API_KEY, "123456", "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA",
           "2026a:q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA="]  # fmt: skip
WORD = "hunter2"
PLACES = ["{}", "no account for {}", "https://api.test/feeds/{}?x=1", "<{}>", "[{}]", "({})", '{{"a": "{}"}}', "is {}.",
          "a={};b", "{}, and more", "The following identities failed the check in region EU-WEST-1: {}"]  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_is_gone_wherever_it_stands(secret: str, place: str) -> None:
    text = redact(place.format(secret))

    assert secret not in text
    assert "***" in text
    assert redact(text) == text, "what is clean stays as it is"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/feeds/secret", "/feeds/***"),
        ("GET https://api.test/g/secret/x HTTP/1.1", "GET https://api.test/g/***/x HTTP/1.1"),
        ("password=hunter2&otp=99", "password=***&otp=***"),
        ('{"new_password": "open sesame", "title": "x"}', '{"new_password": ***, "title": "x"}'),
        ("{'refresh': 'abc'}", "{'refresh': ***}"),
        ("Authorization: Bearer abc.def", "Authorization: *** abc.def"),
        ("sent Bearer abcdef", "sent ***"),
    ],
)
def test_a_value_that_its_name_tells_is_gone(text: str, shown: str) -> None:
    assert redact(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        f"GET /events/{ULID} 200 12 ms",
        "5f0c2f5e-7d3c-4a1b-9d39-2b6c1de40a11",
        "botocore.errorfactory.ResourceNotFoundException: An error occurred (ResourceNotFoundException)",
        'File "/var/task/chalicelib/services/notifications/announcements/organizer_messages.py", line 112, in send',
        "2026-06-01T09:00:00.123456Z",
        "API      http://127.0.0.1:8000",
        "app.py changed, starting again ...",
        "mail: 3 message(s), 0 failed, 12 ms",
        "The code is in the mail; the token of a link is hidden.",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text


def test_what_the_client_sent_is_gone_whatever_it_looks_like() -> None:
    assert redact("no shape: open sesame, twice: open sesame", ["open sesame", "no"]) == "no shape: ***, twice: ***"


def test_an_exception_is_told_without_the_values_in_its_message() -> None:
    error: Exception | None = None
    try:
        try:
            raise KeyError(WORD)  # noqa: TRY301
        except KeyError as first:
            first.add_note(f"seen with {WORD!r}")
            raise ExceptionGroup("two", [ValueError(f"bad {WORD!r} of {SECRETS[0]}"), TypeError("odd")]) from first
    except ExceptionGroup as caught:
        error = caught
    assert error is not None

    told = describe(error)

    assert [kind in told for kind in ("KeyError", "ValueError", "TypeError", "ExceptionGroup")] == [True] * 4
    assert "test_redaction.py" in told
    assert SECRETS[0] not in told
    assert WORD not in told


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What a handler of somebody else writes, in the form that is usual."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


def test_lines_of_libraries_are_clean_too(written: io.StringIO) -> None:
    log = logging.getLogger("of.a.library")
    log.warning("mail to %s failed for %d times", "ada@example.org", 3)
    try:
        raise LookupError(f"nobody has {SECRETS[0]} and {WORD!r}")  # noqa: TRY301
    except LookupError:
        log.exception("Caught exception for path %s", f"/feeds/{FEED}")

    lines = written.getvalue().splitlines()
    assert lines[0] == "mail to *** failed for 3 times"
    assert lines[1] == "Caught exception for path /feeds/***"
    assert lines[-1] == "builtins.LookupError: nobody has *** and ***"


def test_facts_of_our_own_lines_are_clean_and_stay_json(written: io.StringIO) -> None:
    observability.warn("poison", reason="no such address: ada@example.org", count=123456, other=[FEED])

    line = json.loads(written.getvalue())
    assert line == {
        "level": "warning", "message": "poison", "reason": "no such address: ***", "count": 123456,
        "other": ["***.ics"],
    }  # fmt: skip


def test_every_route_with_a_credential_in_its_path_is_known() -> None:
    """A variable is an id, or a word of a list; what is neither is a credential."""
    credentials = {
        parts[number - 1]
        for parts in (path.split("/") for _, _, path, _ in ROUTES)
        for number, part in enumerate(parts)
        if part.startswith("{")
        and not part.endswith("_id}")
        and part not in {"{code}", "{asset}", "{problem}", "{event}", "{month}", "{part}", "{file}"}
    }

    assert credentials == set(CREDENTIAL_PATHS)


@pytest.mark.parametrize("secret", [*SECRETS[:-1], "Bearer abcdefghij", "correct horse battery"])
def test_the_scanner_of_the_suite_finds_what_was_not_hidden(secret: str) -> None:
    assert leaks(f"a line with {secret} in it")
    assert leaks(json.dumps({"level": "info", "reason": secret}))


def test_the_scanner_takes_no_figure_and_no_id_for_a_secret() -> None:
    assert leaks(json.dumps({"ms": 123456, "id": ULID, "count": 999999})) == []
    assert leaks(redact(" ".join(SECRETS))) == []
