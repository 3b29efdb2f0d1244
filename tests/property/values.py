"""Values that several properties are about, and the keys that sign them."""

from datetime import datetime, timedelta, timezone

from hypothesis import strategies as st

from chalicelib.security.keyring import KeyRing, RingMacs
from tests.support.world import KEY_RING

RING = KeyRing.parse(KEY_RING)
MACS = RingMacs(lambda: RING)
URL_SAFE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ulids = st.builds(
    lambda first, rest: first + rest, st.sampled_from("01234567"), st.text(LETTERS, min_size=25, max_size=25)
)
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(8999, 1, 1), timezones=zones)  # noqa: DTZ001
