"""A guest who signs up stays the same person: the enrollments are theirs once the address is proven, not before."""

from typing import Any

import pytest

from chalicelib.domain.accounts.people import Person as Someone
from chalicelib.domain.enrollments.enrollment import Cause, EnrollmentKey, EnrollmentStatus, Transition, enrolled
from chalicelib.store.items.enrollments import enrollment_item
from tests.support.builders import Person, a_person
from tests.support.handles import HANDLES
from tests.support.lists import ids, page
from tests.support.problems import problem
from tests.support.world import PASSWORD, World

SIGN_UP = {"email": "gil@example.org", "password": PASSWORD, "first_name": "Gilbert", "username": "gil"}


@pytest.fixture
def gil(world: World) -> Someone:
    return world.container.store.people.guest("Gil@example.org", world.clock())


def a_place(world: World, event: dict[str, Any], person_id: str) -> str:
    """A confirmed enrollment of somebody without an account, put where the guest's link would have put it."""
    key = EnrollmentKey.of(event["id"], 1, person_id)
    by = Transition(world.clock(), EnrollmentStatus.CONFIRMED, person_id, Cause.ENROLLED, "request")
    world.container.store.dynamo.put(enrollment_item(enrolled(key, "attempt", by, name="Gil Guest")))
    return HANDLES.of(key)


def verified(world: World) -> str:
    answer = world.post(
        "/auth/verify-email", {"email": SIGN_UP["email"], "otp": world.code_for(SIGN_UP["email"]), "password": PASSWORD}
    )
    assert answer.status == 200, answer.text
    return str(world.logged_in(SIGN_UP["email"])["access"])


def test_what_was_theirs_as_a_guest_is_theirs_with_the_account(world: World, olga: Person, gil: Someone) -> None:
    event = world.an_event(olga.token)
    place = a_place(world, event, gil.id)

    assert world.post("/auth/signup", SIGN_UP).status == 201
    token = verified(world)

    assert world.get("/auth/me", token).json["id"] == gil.id
    assert ids([page(world, "/me/enrollments", token)]) == [place]
    assert world.get(f"/enrollments/{place}", token).json["attendee"]["name"] == "Gilbert"
    own = world.get(f"/attendees/{gil.id}", token).json
    assert (own["first_name"], own["last_name"], own["email"]) == ("Gilbert", "", "gil@example.org")


def test_nothing_is_theirs_before_the_address_is_proven(world: World, olga: Person, gil: Someone) -> None:
    """Whoever signs up with a guest's address sees nothing of the guest, and the organizer still sees the guest."""
    event = world.an_event(olga.token)
    place = a_place(world, event, gil.id)
    world.post("/auth/signup", {**SIGN_UP, "first_name": "Mallory"})

    problem(world.post("/auth/login", {"email": SIGN_UP["email"], "password": PASSWORD}), 403, "email_not_verified")
    shown = world.get(f"/enrollments/{place}", olga.token).json["attendee"]

    assert shown == {"id": gil.id, "name": "Gil Guest", "email": "Gil@example.org"}
    verified(world)
    assert world.get(f"/enrollments/{place}", olga.token).json["attendee"]["name"] == "Mallory"


def test_what_the_guest_wrote_is_replaced_with_ones_own_record(world: World, gil: Someone) -> None:
    world.post("/auth/signup", SIGN_UP)
    token = verified(world)
    before = world.get(f"/attendees/{gil.id}", token)

    after = world.patch(f"/attendees/{gil.id}", {"phone": "123456"}, token, If_Match=before.headers["ETag"])

    assert after.json["phone"] == "123456"
    rows = str(world.db.snapshot_all("turnout-accounts"))
    assert "Gil Guest" not in rows


def test_two_sign_ups_with_a_guests_address_live_side_by_side_and_the_guest_stays_a_guest(
    world: World, gil: Someone
) -> None:
    assert world.post("/auth/signup", SIGN_UP).status == 201
    assert world.post("/auth/signup", {**SIGN_UP, "username": "second"}).status == 201

    assert world.container.store.accounts.user_id_of(username="second") is None
    assert world.container.store.accounts.details(gil.id) is None
    assert world.container.store.people.guest("gil@example.org", world.clock()) == gil


def test_a_username_that_somebody_has_is_refused_and_the_guest_stays_a_guest(world: World, gil: Someone) -> None:
    a_person(world, username="gil")

    problem(world.post("/auth/signup", SIGN_UP), 409, "username_taken")

    assert world.container.store.accounts.details(gil.id) is None
    assert world.post("/auth/signup", {**SIGN_UP, "username": "other"}).status == 201


def test_the_answer_does_not_tell_whether_there_was_a_guest(world: World, gil: Someone) -> None:
    known = world.post("/auth/signup", SIGN_UP)
    unknown = world.post("/auth/signup", {**SIGN_UP, "email": "new@example.org", "username": None})

    assert known.status == unknown.status == 201
    told = {**unknown.json, "email": "gil@example.org", "username": "gil", "signup_id": known.json["signup_id"]}
    assert known.json == told
    assert gil.id not in known.text


def test_a_guest_cannot_log_in_ask_for_codes_or_prove_anything(world: World, gil: Someone) -> None:
    assert gil.email
    problem(world.post("/auth/login", {"email": gil.email, "password": PASSWORD}), 401, "credentials_wrong")
    problem(
        world.post("/auth/verify-email", {"email": gil.email, "otp": "123456", "password": PASSWORD}),
        400,
        "otp_invalid",
    )
    assert world.post("/auth/resend-otp", {"email": gil.email}).status == 202
    world.work()
    assert world.mailer.sent == []
