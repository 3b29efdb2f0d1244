"""Access tokens: whatever is wrong with one, the answer is the same 401, byte for byte (RFC 8725)."""

import base64
import hmac
import json
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from chalicelib.security.keyring import KeyRing, RingMacs
from chalicelib.security.tokens import ACCESS_PURPOSE
from tests.support.builders import Person, a_person
from tests.support.problems import problem
from tests.support.world import KEY_RING, World

RING = KeyRing.parse(KEY_RING)
KEY = RING.derive("test1", ACCESS_PURPOSE)
HEADERS = {"kid": "test1", "typ": "at+jwt"}
NOW = 1780304400  # where the clock of a world stands
ULID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"

Claims = dict[str, Any]


def good(person: Person) -> Claims:
    """What the service itself would sign."""
    user, session = person.refresh.split(".")[:2]
    return {"iss": "turnout", "aud": "turnout-api", "sub": user, "sid": session, "iat": NOW, "exp": NOW + 3600}


MASTER = base64.b64decode(KEY_RING.partition(":")[2])


def signed(claims: Claims, *, key: bytes = KEY, **headers: Any) -> str:
    return jwt.encode(claims, key, algorithm="HS256", headers={**HEADERS, **headers})


def by_hand(header: Any, payload: Any, key: bytes = KEY, digest: str = "sha256") -> str:
    """A token that no library would make, rightly signed."""
    parts = [part if isinstance(part, bytes) else json.dumps(part).encode() for part in (header, payload)]
    head = ".".join(text(part) for part in parts)
    return f"{head}.{text(hmac.digest(key, head.encode(), digest))}"


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def without(claims: Claims, name: str) -> Claims:
    return {one: value for one, value in claims.items() if one != name}


def public_key_as_secret(claims: Claims) -> str:
    """The classic confusion: the verifier's public key used as an HMAC secret."""
    public = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return by_hand({**HEADERS, "alg": "HS256"}, claims, pem)


def signed_with_rsa(claims: Claims) -> str:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return jwt.encode(claims, private, algorithm="RS256", headers=HEADERS)


def tampered(claims: Claims) -> str:
    head, _, mac = signed(claims).split(".")
    return f"{head}.{text(json.dumps({**claims, 'sub': ULID}).encode())}.{mac}"


HOSTILE: dict[str, Callable[[Claims], str]] = {
    "alg none": lambda c: jwt.encode(c, "", algorithm="none", headers=HEADERS),
    "alg None with a signature": lambda c: by_hand({**HEADERS, "alg": "None"}, c),
    "alg missing": lambda c: by_hand(HEADERS, c),
    "alg null": lambda c: by_hand({**HEADERS, "alg": None}, c),
    "HS384": lambda c: by_hand({**HEADERS, "alg": "HS384"}, c, digest="sha384"),
    "HS512": lambda c: by_hand({**HEADERS, "alg": "HS512"}, c, digest="sha512"),
    "RS256": signed_with_rsa,
    "RS256 in the header, HMAC below": lambda c: by_hand({**HEADERS, "alg": "RS256"}, c),
    "HMAC with a public key": public_key_as_secret,
    "no signature": lambda c: signed(c).rsplit(".", 1)[0] + ".",
    "two parts": lambda c: signed(c).rsplit(".", 1)[0],
    "four parts": lambda c: signed(c) + ".x",
    "tampered payload": tampered,
    "tampered signature": lambda c: signed(c)[:-4] + "AAAA",
    "another key": lambda c: signed(c, key=b"another key of thirty-two bytes!"),
    "the key of another purpose": lambda c: signed(c, key=RING.derive("test1", "refresh-token")),
    "the master key": lambda c: signed(c, key=MASTER),
    "unknown kid": lambda c: signed(c, kid="test2"),
    "no kid": lambda c: by_hand({"typ": "at+jwt", "alg": "HS256"}, c),
    "kid is a list": lambda c: by_hand({**HEADERS, "alg": "HS256", "kid": ["test1"]}, c),
    "kid is a path": lambda c: signed(c, kid="../../etc/passwd"),
    "typ JWT": lambda c: signed(c, typ="JWT"),
    "no typ": lambda c: by_hand({"kid": "test1", "alg": "HS256"}, c),
    "typ of an id token": lambda c: signed(c, typ="id+jwt"),
    "another issuer": lambda c: signed({**c, "iss": "elsewhere"}),
    "no issuer": lambda c: signed(without(c, "iss")),
    "another audience": lambda c: signed({**c, "aud": "another-api"}),
    "no audience": lambda c: signed(without(c, "aud")),
    "expired": lambda c: signed({**c, "exp": NOW}),
    "expired long ago": lambda c: signed({**c, "iat": 0, "exp": 3600}),
    "no expiry": lambda c: signed(without(c, "exp")),
    "expiry is a text": lambda c: by_hand({**HEADERS, "alg": "HS256"}, {**c, "exp": "never"}),
    "expiry is a fraction": lambda c: by_hand({**HEADERS, "alg": "HS256"}, {**c, "exp": NOW + 0.5}),
    "expiry is huge": lambda c: by_hand({**HEADERS, "alg": "HS256"}, {**c, "exp": "9" * 400}),
    "issued in the future": lambda c: signed({**c, "iat": NOW + 3000, "exp": NOW + 6000}),
    "issued at a text": lambda c: by_hand({**HEADERS, "alg": "HS256"}, {**c, "iat": "today"}),
    "not good yet": lambda c: signed({**c, "nbf": NOW + 3000}),
    "good from a text on": lambda c: by_hand({**HEADERS, "alg": "HS256"}, {**c, "nbf": "tomorrow"}),
    "good from nothing on": lambda c: by_hand({**HEADERS, "alg": "HS256"}, {**c, "nbf": None}),
    "the key in the header": lambda c: signed(c, key=MASTER, jwk={"kty": "oct", "k": text(MASTER)}),
    "an address of keys": lambda c: signed(c, key=MASTER, jku="https://evil.example/keys", x5u="https://evil.example"),
    "no issue time": lambda c: signed(without(c, "iat")),
    "no subject": lambda c: signed(without(c, "sub")),
    "subject is a number": lambda c: by_hand({**HEADERS, "alg": "HS256"}, {**c, "sub": 7}),
    "subject is no id": lambda c: signed({**c, "sub": "ada@example.org"}),
    "somebody without this session": lambda c: signed({**c, "sub": ULID}),
    "no session": lambda c: signed(without(c, "sid")),
    "session is a number": lambda c: signed({**c, "sid": 7}),
    "session is no id": lambda c: signed({**c, "sid": "account"}),
    "a session that never was": lambda c: signed({**c, "sid": ULID}),
    "claims are a list": lambda c: by_hand({**HEADERS, "alg": "HS256"}, [c]),
    "claims are no JSON": lambda _: by_hand({**HEADERS, "alg": "HS256"}, b"{not json"),
    "header is no JSON": lambda c: by_hand(b"\xff\xfe", c),
    "header is a list": lambda c: by_hand([HEADERS], c),
    "critical extensions": lambda c: by_hand({**HEADERS, "alg": "HS256", "crit": ["x"], "x": 1}, c),
    "a cursor": lambda _: RingMacs(lambda: RING).sign("cursor", b"{}"),
    "nonsense": lambda _: "nonsense",
    "dots": lambda _: "..",
    "very long": lambda _: "A" * 7000,
    "NUL": lambda c: signed(c) + "\x00",
}


@pytest.fixture(scope="module")
def town() -> World:
    """One world for all of them: a refused token changes nothing."""
    return World()


@pytest.fixture(scope="module")
def ada(town: World) -> Person:
    return a_person(town)


def test_the_token_that_all_others_differ_from_is_good(town: World, ada: Person) -> None:
    assert town.get("/auth/me", signed(good(ada))).json["id"] == ada.id


@pytest.mark.parametrize("kind", list(HOSTILE))
def test_every_bad_token_is_told_exactly_the_same(town: World, ada: Person, kind: str) -> None:
    missing = town.get("/auth/me")
    token = HOSTILE[kind](good(ada))

    answer = town.get("/auth/me", token)

    problem(answer, 401, "unauthenticated")
    assert (answer.text, dict(answer.headers)) == (missing.text, dict(missing.headers))


PUBLIC = ["/events", "/events/upcoming", "/events/available", f"/events/{ULID}", f"/events/{ULID}/capacity"]


@pytest.mark.parametrize("url", PUBLIC)
@pytest.mark.parametrize("kind", ["expired", "tampered payload", "nonsense"])
def test_a_bad_token_is_refused_on_public_routes_too(town: World, ada: Person, url: str, kind: str) -> None:
    problem(town.get(url, HOSTILE[kind](good(ada))), 401, "unauthenticated")


DEFERRED = [
    ("POST", f"/events/{ULID}/enrollments"),
    ("POST", f"/enrollments/{'A' * 44}/cancel"),
    ("DELETE", f"/enrollments/{'A' * 44}"),
    ("POST", "/events/junk/enrollments"),
    ("DELETE", "/enrollments/junk"),
]


@pytest.mark.parametrize(("method", "url"), DEFERRED)
@pytest.mark.parametrize("kind", ["a session that never was", "expired", "alg none"])
def test_a_bad_token_is_401_before_anything_else_is_looked_at(
    town: World, ada: Person, method: str, url: str, kind: str
) -> None:
    problem(town.send(method, url, token=HOSTILE[kind](good(ada))), 401, "unauthenticated")


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic YWRhOnB3", "Token {}", "{}", "Bearer{}", "Bearer {} {}", "Bearer {},{}"]
)
def test_only_a_bearer_token_is_a_credential(town: World, ada: Person, header: str) -> None:
    value = header.replace("{}", ada.token)

    problem(town.get("/auth/me", Authorization=value), 401, "unauthenticated")


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_is_read_in_any_case(town: World, ada: Person, scheme: str) -> None:
    assert town.get("/auth/me", Authorization=f"{scheme} {ada.token}").status == 200


def test_a_token_says_nothing_about_its_owner(ada: Person) -> None:
    claims = jwt.decode(ada.token, options={"verify_signature": False})

    assert set(claims) == {"iss", "aud", "sub", "sid", "iat", "exp"}
