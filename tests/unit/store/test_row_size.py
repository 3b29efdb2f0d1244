"""An enrollment without a note is one write unit, whatever has happened to it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.enrollments.enrollment import (
    HISTORY_LENGTH,
    Cause,
    EnrollmentKey,
    EnrollmentStatus,
    Transition,
    enrolled,
)
from chalicelib.domain.shared.ids import new_ulid
from chalicelib.services.seats.outbox_entries import naming_its_mail
from chalicelib.store.items.enrollments import enrollment_item, to_enrollment
from devtools.simdb.values import ingest_item, size_of
from tests.support.fakes import START

REQUEST = "5f6c1f0a-3f0b-4a53-9d3f-0d7f4f2f7c11"


ENDS: list[dict[str, Any]] = [
    {"checked_in_at": START, "checked_in_people": 20, "undone_at": START - timedelta(hours=1), "no_show_at": None},
    {"checked_in_at": START, "no_show_at": START},
    {"undone_at": START, "no_show_at": START, "cause": Cause.NO_SHOW, "was": EnrollmentStatus.CONFIRMED},
    {"handed_to": new_ulid(START), "cause": Cause.HANDED_ON, "was": EnrollmentStatus.CONFIRMED},
]


@pytest.mark.parametrize("end", ENDS, ids=", ".join)
def test_the_largest_row_stays_under_a_kilobyte_and_comes_back_as_it_was(end: dict[str, Any]) -> None:
    key = EnrollmentKey(new_ulid(START), 15, new_ulid(START))
    by = Transition(START, EnrollmentStatus.CONFIRMED, new_ulid(START), Cause.ENROLLED, REQUEST)
    row = enrolled(key, new_ulid(START), by, made_by=new_ulid(START), party_size=20)
    for _ in range(HISTORY_LENGTH):
        row = row.moved(replace(by, actor=new_ulid(START)))
    row = replace(naming_its_mail(row, new_ulid(START)), bounced_at=START, **end)

    item = enrollment_item(row)

    assert sum(len(name) + size_of(value) for name, value in ingest_item(item.serialize()).items()) <= 1024
    assert to_enrollment(item) == row
