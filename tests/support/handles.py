"""Which enrollment an answer is about: clients know only its handle."""

from chalicelib.domain.enrollments.enrollment import EnrollmentKey
from chalicelib.security.keyring import KeyRing
from chalicelib.security.seals import RingSeals
from chalicelib.services.shared.handles import Handles
from tests.support.world import KEY_RING

RING = KeyRing.parse(KEY_RING)
HANDLES = Handles(RingSeals(lambda: RING))


def key_named(handle: str) -> EnrollmentKey:
    named = HANDLES.read(handle)
    assert named is not None, handle
    return named.key
