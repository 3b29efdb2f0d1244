"""Whose word a name is: given with an enrollment, said by who proves the address, corrected by who is in charge."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.tables import AttendeeItem, EnrollmentItem, SeatItem
from tests.support.builders import Person, a_person, enrolled
from tests.support.handles import key_named
from tests.support.mails.mailed import link_of, opened, pressed
from tests.support.people.guests import ask, asked, token_for
from tests.support.problems import faults, problem
from tests.support.world import PASSWORD, World

VERA = "vera@example.org"


def names(world: World, event: dict[str, Any], organizer: Person) -> list[str]:
    listed = world.get(f"/events/{event['id']}/enrollments", organizer.token).json["results"]
    return [row["attendee"]["name"] for row in listed]


def placed(world: World, event: dict[str, Any], organizer: Person, name: str, email: str = VERA) -> dict[str, Any]:
    answer = world.post(f"/events/{event['id']}/enrollments", {"name": name, "email": email}, organizer.token)
    assert answer.status == 201, answer.text
    return dict(answer.json)


def agreed(world: World, row: dict[str, Any]) -> dict[str, Any]:
    """The person says yes by the mailed link, and from then on the organizer may know who it is."""
    answer = world.post(f"/enrollments/{row['id']}/confirm", None, link_of(world, row))
    assert answer.status == 200, answer.text
    return dict(answer.json)


def renamed(world: World, row: dict[str, Any], person: Person, name: str | None) -> Any:
    return world.patch(f"/enrollments/{row['id']}", {"attendee": {"name": name}}, person.token)


@pytest.fixture
def omar(world: World) -> Person:
    return a_person(world, "omar@example.org", first_name="Omar")


# Given


def test_a_strangers_request_names_an_address_at_no_other_event(world: World, olga: Person, omar: Person) -> None:
    first, second = world.an_event(olga.token), world.an_event(omar.token)
    ask(world, first, VERA, name="Mallory was here")

    row = placed(world, second, omar, "Vera Victim")

    assert row["attendee"]["name"] == "Vera Victim"
    assert names(world, second, omar) == ["Vera Victim"]
    assert names(world, first, olga) == ["Mallory was here"]


def test_two_requests_of_guests_each_keep_their_name(world: World, olga: Person, omar: Person) -> None:
    first, second = world.an_event(olga.token), world.an_event(omar.token)
    for event, name in ((first, "V. Victim"), (second, "Vera Victim")):
        ask(world, event, VERA, name=name)

    assert (names(world, first, olga), names(world, second, omar)) == (["V. Victim"], ["Vera Victim"])


def test_whom_an_organizer_knows_has_the_name_that_they_know(world: World, olga: Person, omar: Person) -> None:
    row = placed(world, world.an_event(olga.token), olga, "Vera of Olga")
    known = agreed(world, row)
    placed(world, world.an_event(omar.token), omar, "Vera of Omar")
    another = world.an_event(olga.token)

    row = world.post(f"/events/{another['id']}/enrollments", {"attendee_id": known["attendee"]["id"]}, olga.token).json

    assert row["attendee"]["name"] == "Vera of Olga"
    assert names(world, another, olga) == ["Vera of Olga"]


def test_a_place_that_is_handed_on_by_address_has_the_name_that_goes_with_it(
    world: World, olga: Person, omar: Person, ada: Person
) -> None:
    event, other = world.an_event(olga.token), world.an_event(omar.token)
    placed(world, other, omar, "Vera of Omar")
    row = enrolled(world, event, ada)

    taken = world.post(f"/enrollments/{row['id']}/transfer", {"name": "Vera of Ada", "email": VERA}, ada.token)

    assert taken.json["attendee"]["name"] == "Vera of Ada"
    assert sorted(names(world, event, olga)) == ["Ada Lovelace", "Vera of Ada"]
    assert names(world, other, omar) == ["Vera of Omar"]


def test_every_reader_shows_the_name_of_the_enrollment(world: World, olga: Person, omar: Person) -> None:
    event = world.an_event(olga.token, capacity=1)
    placed(world, world.an_event(omar.token), omar, "Vera of Omar")
    row = placed(world, event, olga, "Vera of Olga")
    waiting = world.post(
        f"/events/{event['id']}/enrollments",
        {"name": "Wanda of Olga", "email": "wanda@example.org", "waitlist": True},
        olga.token,
    ).json

    read = csv.DictReader(io.StringIO(world.get(f"/events/{event['id']}/enrollments.csv?bom=false", olga.token).text))
    assert sorted(line["name"] for line in read) == ["Vera of Olga", "Wanda of Olga"]
    [in_line] = world.get(f"/events/{event['id']}/waitlist", olga.token).json["results"]
    assert (in_line["id"], in_line["attendee"]["name"]) == (waiting["id"], "Wanda of Olga")
    assert [one["id"] for one in found(world, event, olga, "vera+of+olga")] == [row["id"]]
    assert found(world, event, olga, "omar") == []
    made = world.get("/me/enrollments?made_by=me", olga.token).json["results"]
    assert {one["attendee"]["name"] for one in made} == {"Vera of Olga", "Wanda of Olga"}
    assert world.post(f"/enrollments/{row['id']}/check-in", None, olga.token).json["attendee"]["name"] == "Vera of Olga"
    world.work()
    mails = [mail.text for mail in world.mailer.to(VERA)]
    assert ["Vera of Omar" in mails[0], "Vera of Olga" in mails[1]] == [True, True]
    assert "Vera of Omar" not in mails[1]


def found(world: World, event: dict[str, Any], organizer: Person, q: str) -> list[dict[str, Any]]:
    return list(world.get(f"/events/{event['id']}/enrollments?q={q}", organizer.token).json["results"])


def test_rows_from_before_names_belonged_to_them_show_the_persons(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    row = placed(world, event, olga, "Forgotten")
    person = key_named(row["id"]).attendee_id
    [stored] = [one for one in world.db.snapshot_all("turnout-enrollments") if one["sk"]["S"] == person]
    dynamo = world.container.store.dynamo
    from_before = [EnrollmentItem.name.remove(), EnrollmentItem.veiled.remove()]
    dynamo.update(EnrollmentItem, (stored["pk"]["S"], person), from_before, None)
    dynamo.update(AttendeeItem, keys.attendee(person), [AttendeeItem.name.set("Vera\u202e Before")], None)

    assert names(world, event, olga) == ["Vera Before"]

    assert placed(world, world.an_event(olga.token), olga, "Vera Today")["attendee"]["name"] == "Vera Today"


# Proven


def test_who_proves_the_address_by_the_link_has_said_the_name(world: World, olga: Person, omar: Person) -> None:
    first, second = world.an_event(olga.token), world.an_event(omar.token)
    token = asked(world, first, VERA, name="Vera Victim")
    another = asked(world, second, VERA, name="Mallory was here")
    assert names(world, second, omar) == ["Mallory was here"]

    pressed(world, token, "confirm")

    assert (names(world, first, olga), names(world, second, omar)) == (["Vera Victim"], ["Mallory was here"])

    pressed(world, another, "confirm", name="Vera Victim")

    assert names(world, second, omar) == ["Vera Victim"], "Omar may know her now"


@pytest.mark.parametrize("way", ["page", "json"])
def test_the_link_lets_one_say_another_name_than_a_stranger_wrote(world: World, olga: Person, way: str) -> None:
    event = world.an_event(olga.token)
    token = asked(world, event, VERA, name="Mallory was here")
    assert 'name="name" value="Mallory was here"' in opened(world, token).text

    if way == "page":
        pressed(world, token, "confirm", name="Vera Victim")
    else:
        body = {"action": "confirm", "name": "Vera Victim"}
        answer = world.post(f"/g/{token}", body, Accept="application/json")
        assert answer.json["attendee"]["name"] == "Vera Victim"

    assert names(world, event, olga) == ["Vera Victim"]
    assert 'name="name"' not in opened(world, token).text, "said once; from now on the organizer corrects it"
    assert "Mallory" not in str(world.db.snapshot_all("turnout-accounts"))


def test_a_link_as_a_bearer_token_proves_the_name_that_stands_there(world: World, olga: Person, omar: Person) -> None:
    event, other = world.an_event(olga.token), world.an_event(omar.token)
    token = asked(world, event, VERA, name="Vera Victim")
    ask(world, other, VERA, name="Mallory was here")
    own = opened(world, token, "application/json").json["id"]

    assert world.post(f"/enrollments/{own}/confirm", None, token).json["attendee"]["name"] == "Vera Victim"

    assert (names(world, event, olga), names(world, other, omar)) == (["Vera Victim"], ["Mallory was here"])


def test_a_link_without_a_place_still_knows_what_was_asked(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, capacity=1)
    enrolled(world, event, ada)
    token = asked(world, event, VERA, name="Vera Victim")

    pressed(world, token, "join")

    assert sorted(names(world, event, olga)) == ["Ada Lovelace", "Vera Victim"]


def test_the_last_request_counts_when_an_earlier_hold_is_over(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, capacity=1, guest_hold_minutes=5)
    ask(world, event, VERA, name="Mallory was here")
    world.clock.advance(timedelta(minutes=6))
    enrolled(world, event, ada)
    ask(world, event, VERA, name="Vera Victim")
    token = token_for(world, VERA)
    world.clock.advance(timedelta(minutes=1))

    pressed(world, token, "join")

    assert sorted(names(world, event, olga)) == ["Ada Lovelace", "Vera Victim"]


def test_an_account_that_proves_the_address_names_its_person_where_they_agree(
    world: World, olga: Person, omar: Person
) -> None:
    first, second = world.an_event(olga.token), world.an_event(omar.token)
    ask(world, first, VERA, name="Mallory was here")
    row = placed(world, second, omar, "V. Victim")
    world.post("/auth/signup", {"email": VERA, "password": PASSWORD, "first_name": "Vera", "last_name": "Victim"})
    assert (names(world, first, olga), names(world, second, omar)) == (["Mallory was here"], ["V. Victim"])

    world.post("/auth/verify-email", {"email": VERA, "otp": world.code_for(VERA), "password": PASSWORD})

    assert (names(world, first, olga), names(world, second, omar)) == (["Mallory was here"], ["V. Victim"])
    login = world.post("/auth/login", {"email": VERA, "password": PASSWORD}).json["access"]
    own = world.get(f"/enrollments/{row['id']}", login).json["attendee"]
    assert (own["name"], own["id"]) == ("Vera Victim", key_named(row["id"]).attendee_id), "herself she knows"
    assert world.post(f"/enrollments/{row['id']}/confirm", None, login).status == 200
    assert (names(world, first, olga), names(world, second, omar)) == (["Mallory was here"], ["Vera Victim"])


def test_an_account_without_a_name_leaves_what_was_given(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    placed(world, event, olga, "Vera of Olga")
    world.post("/auth/signup", {"email": VERA, "password": PASSWORD})
    world.post("/auth/verify-email", {"email": VERA, "otp": world.code_for(VERA), "password": PASSWORD})

    assert names(world, event, olga) == ["Vera of Olga"]


# Corrected


def test_an_organizer_corrects_the_name_at_their_own_event(world: World, olga: Person, omar: Person) -> None:
    event, other = world.an_event(olga.token), world.an_event(omar.token)
    row, theirs = placed(world, event, olga, "Vra"), placed(world, other, omar, "Vera of Omar")

    answer = renamed(world, row, olga, "Vera Victim")

    assert (answer.status, answer.json["attendee"]["name"], answer.headers["ETag"]) == (200, "Vera Victim", '"2"')
    assert (names(world, event, olga), names(world, other, omar)) == (["Vera Victim"], ["Vera of Omar"])
    history = world.get(f"/enrollments/{row['id']}/history", olga.token).json["results"]
    assert [(one["cause"], one["actor"]["kind"]) for one in history][-1] == ("name_corrected", "organizer")
    problem(renamed(world, theirs, olga, "Mine now"), 404, "not_found")
    world.work()
    sent = len(world.mailer.sent)
    assert renamed(world, row, olga, "Vera Victim").headers["ETag"] == '"2"', "nothing changes"
    world.work()
    assert len(world.mailer.sent) == sent


def test_a_correction_goes_before_an_accounts_own_name_until_it_is_taken_back(
    world: World, olga: Person, ada: Person
) -> None:
    event = world.an_event(olga.token)
    row = enrolled(world, event, ada)

    assert renamed(world, row, olga, "Countess").json["attendee"]["name"] == "Countess"

    assert world.get(f"/enrollments/{row['id']}", ada.token).json["attendee"]["name"] == "Countess"
    assert names(world, event, olga) == ["Countess"]
    assert renamed(world, row, olga, None).json["attendee"]["name"] == "Ada Lovelace"
    assert world.get(f"/enrollments/{row['id']}", ada.token).json["attendee"]["name"] == "Ada Lovelace"


def test_who_keeps_somebody_corrects_their_name(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token)
    child = world.post("/attendees", {"first_name": "Byron"}, ada.token).json
    row = world.post(f"/events/{event['id']}/enrollments", {"attendee_id": child["id"]}, ada.token).json

    assert renamed(world, row, ada, "Byron King").json["attendee"]["name"] == "Byron King"

    assert names(world, event, olga) == ["Byron King"]
    assert world.get(f"/attendees/{child['id']}", ada.token).json["first_name"] == "Byron"


def test_ones_own_name_is_that_of_the_account(world: World, olga: Person, ada: Person) -> None:
    row = enrolled(world, world.an_event(olga.token), ada)

    refused = problem(renamed(world, row, ada, "Somebody"), 403, "forbidden")

    assert "PATCH /auth/me" in refused["detail"]
    assert renamed(world, row, ada, "Ada Lovelace").status == 200, "as it is shown"


SENT: dict[str, tuple[Callable[[dict[str, Any]], Any], list[tuple[str, str]]]] = {
    "a text": (lambda _: "Vera", [("/attendee", "invalid")]),
    "an unknown field": (lambda _: {"name": "Vera", "nick": "V"}, [("/attendee/nick", "unknown_field")]),
    "an unknown null": (lambda _: {"nick": None}, [("/attendee/nick", "unknown_field")]),
    "no text": (lambda _: {"name": 12}, [("/attendee/name", "invalid")]),
    "an empty name": (lambda _: {"name": " "}, [("/attendee/name", "invalid")]),
}


@pytest.mark.parametrize("case", SENT)
def test_what_is_no_name_is_refused(world: World, olga: Person, case: str) -> None:
    row = placed(world, world.an_event(olga.token), olga, "Vera")
    make, expected = SENT[case]

    for verb in ("PATCH", "PUT"):
        answer = world.send(verb, f"/enrollments/{row['id']}", {"attendee": make(row)}, token=olga.token)
        assert faults(answer) == expected


def test_an_answer_can_be_edited_and_sent_back(world: World, olga: Person, ada: Person) -> None:
    row = enrolled(world, world.an_event(olga.token), ada)
    url = f"/enrollments/{row['id']}"
    shown = world.get(url, olga.token).json

    after = world.put(url, {**shown, "note": "Front row."}, olga.token).json

    assert (after["note"], after["attendee"]["name"]) == ("Front row.", "Ada Lovelace")
    renamed_too = world.put(url, {**after, "attendee": {**after["attendee"], "name": "Countess"}}, olga.token).json
    assert renamed_too["attendee"]["name"] == "Countess"
    world.put(url, {"party_size": 1}, ada.token)
    assert world.get(url, olga.token).json["attendee"]["name"] == "Countess", "not Ada's to leave out"
    assert world.put(url, {"party_size": 1}, olga.token).json["attendee"]["name"] == "Ada Lovelace"


# What a name may be

INVISIBLE = ("\x85", "\x9b", "\u202e", "\u2066", "\u2028", "\ufeff", "\u200b", "\x07", "\U000e0041")
DOORS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "sign-up, first name": ("POST", "/auth/signup", {"email": VERA, "password": PASSWORD, "first_name": "{}"}),
    "sign-up, last name": ("POST", "/auth/signup", {"email": VERA, "password": PASSWORD, "last_name": "{}"}),
    "profile": ("PATCH", "/auth/me", {"first_name": "{}"}),
    "record, first name": ("POST", "/attendees", {"first_name": "{}"}),
    "record, last name": ("POST", "/attendees", {"first_name": "Vera", "last_name": "{}"}),
    "enrolment by address": ("POST", "/events/{event}/enrollments", {"name": "{}", "email": VERA}),
    "transfer": ("POST", "/enrollments/{enrollment}/transfer", {"name": "{}", "email": VERA}),
    "correction": ("PATCH", "/enrollments/{enrollment}", {"attendee": {"name": "{}"}}),
    "link": ("POST", "/g/{token}", {"action": "confirm", "name": "{}"}),
}


def filled(body: Any, name: str) -> Any:
    if isinstance(body, dict):
        return {key: filled(value, name) for key, value in body.items()}
    return name if body == "{}" else body


@pytest.mark.parametrize("door", DOORS)
def test_no_door_takes_a_name_that_does_not_read_as_it_is(world: World, olga: Person, ada: Person, door: str) -> None:
    event = world.an_event(olga.token)
    verb, path, body = DOORS[door]
    places = {"event": event["id"], "enrollment": "", "token": ""}
    if "{enrollment}" in path:
        places["enrollment"] = enrolled(world, event, ada)["id"]
    if "{token}" in path:
        places["token"] = asked(world, event, VERA)
    url = path.format(**places)
    token = None if verb == "POST" and path.startswith(("/auth", "/g/")) else olga.token

    for sign in INVISIBLE:
        refused = problem(world.send(verb, url, filled(body, f"Ve{sign}ra"), token=token), 400, "invalid_request")
        assert f"U+{ord(sign):04X}" in refused["errors"][0]["message"]
    for blank in ("\u200d", "\u2800", "\u3164", "\u00ad\u200f", "\ufe0f"):
        assert faults(world.send(verb, url, filled(body, blank), token=token)), "nothing that can be seen"


def test_joiners_and_direction_marks_stay_in_names(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)

    for number, name in enumerate(("\u0634\u0647\u200c\u0631", "\u05d3\u05df\u200f", "O'Neil-D\u00edaz Jr.")):
        assert placed(world, event, olga, name, f"n{number}@example.org")["attendee"]["name"] == name


def test_a_name_from_before_is_shown_without_what_cannot_be_read_and_can_be_sent_back(world: World) -> None:
    vera = a_person(world, VERA, first_name="Ve\x85ra", last_name="Vic\u202etim")
    event = world.an_event(vera.token)
    dynamo = world.container.store.dynamo
    dynamo.update(SeatItem, keys.seat(event["id"], 0), [SeatItem.organizer_name.set("Ve\u202era")], None)
    record = world.post("/attendees", {"first_name": "Byron"}, vera.token).json
    key = keys.attendee(record["id"])
    dynamo.update(AttendeeItem, key, [AttendeeItem.first_name.set("By\u2066ron")], None)

    me = world.get("/auth/me", vera.token).json

    assert (me["first_name"], me["last_name"]) == ("Vera", "Victim")
    assert world.put("/auth/me", me, vera.token).status == 200
    assert world.get(f"/events/{event['id']}").json["organizer"]["name"] == "Vera"
    shown = world.get(f"/attendees/{record['id']}", vera.token).json
    assert shown["first_name"] == "Byron"
    assert world.put(f"/attendees/{record['id']}", shown, vera.token).status == 200


@pytest.mark.parametrize("way", ["page", "bearer"])
def test_a_link_names_nobody_who_has_an_account(world: World, olga: Person, way: str) -> None:
    """A guest's request with the address of an account: the link confirms, and the account says who it is."""
    event = world.an_event(olga.token)
    vera = a_person(world, VERA, first_name="Vera", last_name="Victim")
    token = asked(world, event, VERA, name="Mallory was here")

    if way == "bearer":
        own = opened(world, token, "application/json").json["id"]
        assert world.post(f"/enrollments/{own}/confirm", None, token).status == 200
    else:
        assert world.post(f"/g/{token}", {"action": "confirm"}, Accept="application/json").status == 200

    assert names(world, event, olga) == ["Vera Victim"]
    assert world.get("/auth/me", vera.token).json["first_name"] == "Vera"


def test_a_link_of_a_kept_record_leaves_the_name_to_its_keeper(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, capacity=1)
    child = world.post("/attendees", {"first_name": "Byron", "email": "byron@example.org"}, ada.token).json
    row = world.post(f"/events/{event['id']}/enrollments", {"attendee_id": child["id"]}, ada.token).json
    token = token_for(world, "byron@example.org")
    world.post(f"/enrollments/{row['id']}/cancel", None, ada.token)

    pressed(world, token, "confirm", name="Somebody")

    assert names(world, event, olga) == ["Byron"]
    problem(world.delete(f"/attendees/{child['id']}", ada.token), 409, "has_enrollments")
