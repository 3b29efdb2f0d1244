"""Tickets: what the QR code of a confirmed enrollment says, signed, so that it can be checked without a network."""

from chalicelib.domain.enrollments import Enrollment, EnrollmentKey
from chalicelib.services.shared.handles import Handles
from chalicelib.services.shared.ports import Macs

PURPOSE = "ticket"
_MOST_DIGITS = 9  # of a generation; what is longer was not made here


class Tickets:
    def __init__(self, macs: Macs, handles: Handles) -> None:
        self._macs = macs
        self._handles = handles

    def code(self, enrollment: Enrollment) -> str:
        """`<enrollment id>.<generation>.<mac>`: whoever enrols again gets another ticket."""
        return self.code_of(enrollment.key, enrollment.generation)

    def code_of(self, key: EnrollmentKey, generation: int) -> str:
        signed = f"{self._handles.of(key)}.{generation}"
        return f"{signed}.{self._macs.mac(PURPOSE, signed)}"

    def read(self, code: str) -> tuple[EnrollmentKey, int] | None:
        """Whose ticket it is, and of which of their enrolments; None for everything that `code` did not make."""
        enrollment_id, _, rest = code.partition(".")
        generation, _, mac = rest.partition(".")
        if not code.isascii() or not generation.isdecimal() or len(generation) > _MOST_DIGITS:
            return None
        if not self._macs.matches(PURPOSE, f"{enrollment_id}.{generation}", mac):
            return None
        named = self._handles.read(enrollment_id)  # tickets of old, too, name it openly: they were made here
        return (named.key, int(generation)) if named else None
