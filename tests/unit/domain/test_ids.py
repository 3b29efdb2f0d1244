"""ULIDs, and the opaque text that names an enrollment."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.enrollments.enrollment import EnrollmentKey
from chalicelib.domain.shared.ids import NOBODYS, enrollment_id, is_ulid, new_ulid, parse_enrollment_id

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
EVENT, PERSON = "01ARZ3NDEKTSV4RRFFQ69G5FAV", "01BX5ZZKBKACTAV9WEVGEMMVRZ"


def test_a_ulid_is_26_letters_and_says_when_it_was_made() -> None:
    """Milliseconds in the first ten letters, as the specification's example has them."""
    made = new_ulid(datetime.fromtimestamp(1469918176.385, UTC))

    assert is_ulid(made)
    assert made.startswith("01ARYZ6S41")


def test_later_ulids_sort_after_earlier_ones() -> None:
    made = [new_ulid(NOW + timedelta(milliseconds=step)) for step in range(50)]

    assert made == sorted(made)


def test_ulids_of_one_moment_differ() -> None:
    assert len({new_ulid(NOW) for _ in range(1000)}) == 1000


@pytest.mark.parametrize(
    "text",
    ["", "0" * 25, "0" * 27, "8" + "0" * 25, "i" * 26, "U" * 26, "01arz3ndektsv4rrffq69g5fav", " " * 26, "０" * 26],
)
def test_what_is_no_ulid_is_told_so(text: str) -> None:
    assert not is_ulid(text)


def test_nobodys_id_is_a_ulid_that_is_never_given() -> None:
    assert is_ulid(NOBODYS)
    assert new_ulid(NOW) > NOBODYS


def test_an_enrollment_id_is_url_safe_and_short() -> None:
    text = enrollment_id(EVENT, 15, PERSON)

    assert len(text) == 44
    assert text.replace("-", "").replace("_", "").isalnum()
    assert parse_enrollment_id(text) == (EVENT, 15, PERSON)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "=",
        "A" * 43,
        "A" * 45,
        "A" * 48,
        "A" * 43 + "=",
        "é" * 44,
        "+" + "A" * 43,
        "/" + "A" * 43,
        " " + "A" * 43,
        "\n" * 44,
    ],
)
def test_what_is_no_enrollment_id_is_none(text: str) -> None:
    assert parse_enrollment_id(text) is None
    assert EnrollmentKey.parse(text) is None


def test_a_person_has_one_row_at_an_event_and_its_bucket_is_stable() -> None:
    keys = {EnrollmentKey.of(EVENT, 16, PERSON) for _ in range(3)}

    assert len(keys) == 1
    [key] = keys
    assert 0 <= key.bucket < 16
    assert EnrollmentKey.of(EVENT, 1, PERSON).bucket == 0
    assert EnrollmentKey.parse(key.id) == key
