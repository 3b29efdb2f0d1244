"""Tickets: what the QR code of a confirmed enrollment says, signed, so that it can be checked without a network.

docs/tickets.md has the layout byte by byte, for whoever reads tickets without us.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.enrollments.enrollment import Enrollment, EnrollmentKey
from chalicelib.domain.shared import base45, ids
from chalicelib.services.checkin.ports import KID_BYTES, SIGNATURE_BYTES, PublicKey, Signatures
from chalicelib.services.shared.handles import Handles
from chalicelib.services.shared.ports import Macs

PURPOSE = "ticket-signature"
OLD_PURPOSE = "ticket"
PREFIX = "T1:"  # of a code: its version, in signs that a QR code packs as closely as the rest
_BESIDE_BYTES = 29  # what names the enrollment beside its event
_GENERATION_BYTES = 3
_PARTY_BYTES = 1
_SIZES = (KID_BYTES, ids.EVENT_BYTES, _BESIDE_BYTES, _GENERATION_BYTES, _PARTY_BYTES)
_SIGNED_BYTES = sum(_SIZES)
_MOST_DIGITS = 9  # of a generation in a code of old; what is longer was not made here


@dataclass(frozen=True, slots=True)
class Ticket:
    """Whose ticket it is, and of which of their enrolments: whoever enrols again gets another one."""

    key: EnrollmentKey
    generation: int


class Tickets:
    def __init__(self, signatures: Signatures, macs: Macs, handles: Handles) -> None:
        self._signatures = signatures
        self._macs = macs
        self._handles = handles

    @property
    def keys(self) -> Sequence[PublicKey]:
        """With which everybody can check a code; the first one signs now."""
        return self._signatures.public(PURPOSE)

    def code(self, enrollment: Enrollment) -> str:
        """Without a name: the event, what names the enrollment beside it, the generation, the party, the signature."""
        return self.code_of(enrollment.key, enrollment.generation, enrollment.party_size)

    def code_of(self, key: EnrollmentKey, generation: int, party: int) -> str:
        """The same from its parts."""
        signer = self._signatures.newest(PURPOSE)
        event = ids.number_of(key.event_id).to_bytes(ids.EVENT_BYTES)
        signed = signer.public.kid + event + self._handles.beside_event(key)
        signed += generation.to_bytes(_GENERATION_BYTES) + party.to_bytes(_PARTY_BYTES)
        return PREFIX + base45.encode(signed + signer.sign(PREFIX.encode() + signed))

    def read(self, code: str) -> Ticket | None:
        """Whose ticket it is; None for everything that was not made here. The party is that of the enrollment now."""
        rest = code.removeprefix(PREFIX)
        return self._signed(rest) if rest != code else self._of_old(code)

    def _signed(self, text: str) -> Ticket | None:
        raw = base45.decode(text)
        if raw is None or len(raw) != _SIGNED_BYTES + SIGNATURE_BYTES:
            return None
        signed, signature = raw[:_SIGNED_BYTES], raw[_SIGNED_BYTES:]
        kid, event, beside, generation, _ = _parts(signed)
        if not self._signatures.verifies(PURPOSE, kid, PREFIX.encode() + signed, signature):
            return None
        key = self._handles.read_beside_event(event, beside)
        return Ticket(key, int.from_bytes(generation)) if key else None

    def _of_old(self, code: str) -> Ticket | None:
        """`<enrollment id>.<generation>.<mac>`: tickets that were made so are good for their events."""
        enrollment_id, _, rest = code.partition(".")
        generation, _, mac = rest.partition(".")
        if not code.isascii() or not generation.isdecimal() or len(generation) > _MOST_DIGITS:
            return None
        if not self._macs.matches(OLD_PURPOSE, f"{enrollment_id}.{generation}", mac):
            return None
        named = self._handles.read(enrollment_id)  # the oldest name it openly: they were made here
        return Ticket(named.key, int(generation)) if named else None


def _parts(signed: bytes) -> list[bytes]:
    """What is signed, field by field."""
    found, start = [], 0
    for size in _SIZES:
        found.append(signed[start : start + size])
        start += size
    return found
