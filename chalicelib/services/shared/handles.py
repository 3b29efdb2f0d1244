"""What clients know an enrollment and its person by: no handle tells who it is, or since when there is an account.

The one way from keys to what is shown, and back (docs/adr/0028-handles.md).
"""

from dataclasses import dataclass

from chalicelib.domain.enrollments.enrollment import Enrollment, EnrollmentKey
from chalicelib.domain.shared import ids
from chalicelib.services.shared.ports import Seals

ENROLLMENT_PURPOSE = "enrollment-handle"
ATTENDEE_PURPOSE = "attendee-handle"
PREFIX = "e_"  # no id begins with a sign that a spreadsheet could take for a formula


@dataclass(frozen=True, slots=True)
class Named:
    """An enrollment as a client named it. `openly`: by its key, as ids of old did; anybody can put one together."""

    key: EnrollmentKey
    openly: bool = False

    def may_name(self, enrollment: Enrollment, user_id: str) -> bool:
        """Whether this is a way to ask for it: who names a person openly must be allowed to know who it is."""
        return not (self.openly and enrollment.hides_its_person_from(user_id))


class Handles:
    def __init__(self, seals: Seals) -> None:
        self._seals = seals

    def of(self, key: EnrollmentKey) -> str:
        """The id of the enrollment, for every reader and for ever: 62 URL-safe letters."""
        raw = b"".join(_split(key))
        return f"{PREFIX}{self._seals.seal(ENROLLMENT_PURPOSE, raw)}"

    def read(self, text: str) -> Named | None:
        """Which enrollment it names; None for anything that was not made here."""
        sealed = text.removeprefix(PREFIX)
        raw = self._seals.unseal(ENROLLMENT_PURPOSE, sealed) if sealed != text else None
        parts = ids.parse_enrollment_bytes(raw) if raw is not None else None
        if parts:
            return Named(EnrollmentKey(*parts))
        key = EnrollmentKey.parse(text)
        return Named(key, openly=True) if key else None

    def beside_event(self, key: EnrollmentKey) -> bytes:
        """What names it where its event is said openly: 29 bytes of the 45 of its id, the first 12 and the last 17."""
        event, rest = _split(key)
        return self._seals.seal_beside(ENROLLMENT_PURPOSE, event, rest)

    def read_beside_event(self, event: bytes, beside: bytes) -> EnrollmentKey | None:
        """Which enrollment of the event it names; None for what was not made here, and for another event's."""
        rest = self._seals.unseal_beside(ENROLLMENT_PURPOSE, event, beside)
        parts = ids.parse_enrollment_bytes(event + rest) if rest is not None else None
        return EnrollmentKey(*parts) if parts else None

    def attendee(self, key: EnrollmentKey, *, hidden: bool) -> str:
        """The id of its person; to whoever may not know it an id of this event, which looks like any other."""
        if not hidden:
            return key.attendee_id
        return ids.ulid_of(self._seals.disguise(ATTENDEE_PURPOSE, key.event_id, ids.number_of(key.attendee_id)))

    def attendees_behind(self, event_id: str, handle: str) -> list[str]:
        """Whose id of this event it may be: nobody's, unless one of these is or was enrolled there."""
        return [ids.ulid_of(number) for number in self._seals.behind(ATTENDEE_PURPOSE, event_id, ids.number_of(handle))]


def _split(key: EnrollmentKey) -> tuple[bytes, bytes]:
    """The event of a key, and the rest of it."""
    raw = ids.enrollment_bytes(key.event_id, key.bucket, key.attendee_id)
    return raw[: ids.EVENT_BYTES], raw[ids.EVENT_BYTES :]
