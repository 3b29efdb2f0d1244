"""Enrollment rows to items and back."""

import json

from chalicelib.domain.enrollments import Cause, Enrollment, EnrollmentStatus, Transition
from chalicelib.domain.times import stamp, unstamp
from chalicelib.store import keys
from chalicelib.store.shapes.text import at_millis, compact, millis
from chalicelib.store.tables import EnrollmentItem


def enrollment_item(row: Enrollment) -> EnrollmentItem:
    pk, sk = keys.row(row.key)
    person = row.key.attendee_id
    trail = [
        [
            millis(one.at),
            one.status.value,
            "" if one.actor == person else one.actor,
            one.cause.value,
            one.request_id,
        ]
        for one in row.history
    ]
    return EnrollmentItem(
        pk,
        sk,
        attendee=person,
        enrolled_at=f"{stamp(row.enrolled_at)}#{row.key.event_id}",
        status=row.status.value,
        n=row.party_size,
        generation=row.generation,
        attempt_id=row.attempt_id,
        updated_at=stamp(row.updated_at),
        version=row.version,
        note=row.note,
        history=compact(trail),
    )


def to_enrollment(item: EnrollmentItem) -> Enrollment:
    history = []
    for number, status, actor, cause, request_id in json.loads(item.history):
        history.append(
            Transition(at_millis(number), EnrollmentStatus(status), actor or item.sk, Cause(cause), request_id)
        )
    return Enrollment(
        key=keys.row_key(item.pk, item.sk),
        status=EnrollmentStatus(item.status),
        party_size=int(item.n),
        generation=int(item.generation),
        attempt_id=item.attempt_id,
        enrolled_at=unstamp(item.enrolled_at.split("#", 1)[0]),
        updated_at=unstamp(item.updated_at),
        version=int(item.version),
        note=item.note,
        history=tuple(history),
    )
