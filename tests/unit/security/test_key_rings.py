"""Key rings: strong or refused, newest first, a key for every purpose."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.security.keyring import KeyRing, KeyRingError, RingMacs, StoredRing
from chalicelib.security.purposes import KEYS_OF
from chalicelib.security.tokens import RingTokens

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
USER, SESSION = "01ARZ3NDEKTSV4RRFFQ69G5FAV", "01BX5ZZKBKACTAV9WEVGEMMVRZ"


def a_key(kid: str, seed: str = "") -> str:
    """As random as any, and the same in every process that collects these tests."""
    return f"{kid}:{base64.b64encode(hashlib.sha256(f'{kid} {seed}'.encode()).digest()).decode()}"


OLD, NEW = a_key("2026a"), a_key("2026b")


def macs(*keys: str) -> RingMacs:
    ring = KeyRing.parse(",".join(keys))
    return RingMacs(lambda: ring)


def tokens(*keys: str) -> RingTokens:
    ring = KeyRing.parse(",".join(keys))
    return RingTokens(lambda: ring, timedelta(hours=1))


@pytest.mark.parametrize(
    "text",
    [
        "",
        ",",
        "nocolon",
        "a:",
        a_key(""),
        "a:not base64!",
        "a:" + base64.b64encode(b"x" * 31).decode(),
        "a:" + base64.b64encode(b"x" * 32).decode(),
        "a:" + base64.b64encode(b"secret" * 8).decode(),
        a_key("a b"),
        a_key("a.b"),
        f"{OLD},",
        f"{OLD},b:short",
        f"{OLD},{OLD}",
        OLD.split(":")[1],  # without a name
        f"{OLD},{a_key('2026a/link')}",
        f"{a_key('2026a/link')},{OLD}",
        f"{a_key('2026a/link')},{a_key('2026a/link', 'another')}",
        a_key("2026a/"),
        a_key("/link"),
        f"{OLD},{NEW},{a_key('2026a', 'another')}",
    ],
)
def test_a_weak_or_malformed_ring_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(KeyRingError, match="KEY_RING") as refused:
        KeyRing.parse(text)

    for secret in (OLD.split(":")[1], "secret"):
        assert secret not in str(refused.value)


def test_the_first_key_is_the_current_one() -> None:
    assert KeyRing.parse(f"{NEW}, {OLD}").current == "2026b"


def test_a_ring_shows_no_key_when_it_is_printed() -> None:
    assert "b'" not in repr(KeyRing.parse(OLD))


def test_every_purpose_and_every_key_derives_another_key() -> None:
    ring = KeyRing.parse(f"{NEW},{OLD}")

    derived = {ring.derive(kid, purpose) for kid in ring.keys for purpose in ("a", "b", "")}

    assert len(derived) == 6
    assert {len(key) for key in derived} == {32}
    assert not derived & set(ring.keys.values())


def test_what_was_signed_is_opened_and_nothing_else_is() -> None:
    made = macs(OLD).sign("cursor", b'["x"]')

    assert macs(OLD).open("cursor", made) == b'["x"]'
    assert macs(OLD).open("confirm", made) is None
    assert macs(NEW).open("cursor", made) is None
    assert macs(a_key("2026a", "another")).open("cursor", made) is None


def test_the_old_key_still_verifies_while_the_new_one_signs() -> None:
    before = macs(OLD).sign("cursor", b"x")
    rotated = macs(NEW, OLD)

    assert rotated.open("cursor", before) == b"x"
    assert rotated.sign("cursor", b"x").startswith("2026b.")


def test_a_key_that_was_removed_verifies_nothing_any_more() -> None:
    made = macs(OLD).sign("cursor", b"x")

    assert macs(NEW).open("cursor", made) is None


def test_access_tokens_live_on_through_a_rotation_and_end_with_their_key() -> None:
    token = tokens(OLD).access(USER, SESSION, NOW)

    assert tokens(NEW, OLD).read_access(token, NOW) is not None
    assert tokens(NEW).read_access(token, NOW) is None


def test_a_token_has_the_same_successors_before_and_after_a_rotation_of_keys() -> None:
    """While keys rotate, a retry may meet a process that signs with the other key: it must know what was given."""
    refresh = tokens(OLD).first_refresh(USER, SESSION)

    [before] = tokens(OLD).successors(refresh)
    newest, oldest = tokens(NEW, OLD).successors(refresh)

    assert oldest == before
    assert newest != before
    assert tokens(NEW, OLD).parse_refresh(newest) == tokens(OLD).parse_refresh(before)


def test_a_narrowed_ring_signs_for_its_purposes_as_the_whole_one_does_and_for_no_other() -> None:
    whole = KeyRing.parse(f"{NEW},{OLD}")
    narrowed = whole.narrowed({"link", "otp"})
    again = KeyRing.parse(narrowed.text())

    for ring in (narrowed, again):
        assert list(ring.keys) == ["2026b", "2026a"]
        for purpose in ("link", "otp"):
            assert [ring.derive(kid, purpose) for kid in ring.keys] == [
                whole.derive(kid, purpose) for kid in whole.keys
            ]
        for purpose in ("access-token", "refresh-token", "", "link "):
            with pytest.raises(KeyRingError, match="no key of"):
                ring.derive("2026b", purpose)
        with pytest.raises(KeyRingError, match="access-token"):
            ring.narrowed({"link", "access-token"})
    assert whole.text() == f"{NEW},{OLD}"
    assert "b'" not in repr(narrowed)


def test_a_process_with_a_narrowed_ring_can_make_no_access_token() -> None:
    source = StoredRing(f"{NEW},{OLD}", "", KEYS_OF["mail"])
    made = RingTokens(source, timedelta(hours=1))

    with pytest.raises(KeyRingError, match="access-token"):
        made.access(USER, SESSION, NOW)
    with pytest.raises(KeyRingError, match="refresh-token"):
        made.first_refresh(USER, SESSION)
    assert RingMacs(source).mac("otp", "x") == macs(NEW, OLD).mac("otp", "x")


def test_a_login_begins_with_a_refresh_token_of_256_random_bits() -> None:
    service = tokens(NEW)
    secrets = [service.first_refresh(USER, SESSION).split(".")[2] for _ in range(500)]

    assert {len(base64.urlsafe_b64decode(secret + "=")) for secret in secrets} == {32}
    assert len(set(secrets)) == len(secrets)
