"""Guests over HTTP: a seat that waits for the mailed link, what the link does, and what an account makes of it."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.support.builders import Person, a_person, cancelled, due_rows, enrolled, free_seats, people, signed_in
from tests.support.mails.mailed import BROWSER, Shown, opened, pressed
from tests.support.people.guests import DETAIL, ask, asked, rows, statuses
from tests.support.problems import faults, problem
from tests.support.world import World


def test_a_guest_gets_a_seat_for_an_hour_and_a_mail(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=3)

    answer = ask(world, event)

    assert (answer.status, answer.json) == (202, {"detail": DETAIL, "email": "gil@example.org"})
    assert not {"Location", "ETag"} & answer.headers.keys()
    assert answer.headers["Cache-Control"] == "no-store"
    assert free_seats(world, event) == [2]
    [row] = rows(world)
    assert (row["status"]["S"], row["unproven"]["BOOL"]) == ("pending", True)
    assert row["expires_at"]["S"].startswith("2026-06-01T10:00:00")
    world.work()
    [mail] = world.mailer.to("gil@example.org")
    assert mail.subject == "Confirm your place: Python Workshop"
    assert [one["kind"] for one in due_rows(world)] == ["guest_link", "job_expire"]


@pytest.mark.parametrize(("capacity", "party", "left"), [(5, 5, 5), (5, 3, 5), (5, 2, 3), (1, 1, 1), (2, 1, 1)])
def test_a_stranger_with_an_invented_address_keeps_half_of_the_seats_at_most(
    world: World, olga: Person, capacity: int, party: int, left: int
) -> None:
    event = world.an_event(olga.token, capacity=capacity, party_max=capacity)

    ask(world, event, "invented@example.org", party_size=party)
    ask(world, event, "another@example.org", party_size=party)

    assert world.get(f"/events/{event['id']}/capacity").json["available_spots"] == left
    assert world.post(f"/events/{event['id']}/enrollments", {}, a_person(world).token).json["status"] == "confirmed"


def test_without_a_seat_that_is_kept_the_link_gets_one_that_is_free(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=1)
    link = asked(world, event, "gus@example.org")
    assert rows(world) == []

    answer = world.post(f"/g/{link}", {"action": "confirm"}, Accept="application/json")

    assert (answer.status, answer.json["status"]) == (200, "confirmed")


def test_the_link_confirms_on_its_page(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=3)
    token = asked(world, event)
    page = Shown(opened(world, token))
    assert (page.actions, page.buttons[0]) == (["confirm", "cancel"], "Confirm my place")
    assert statuses(world) == {"pending": 1}

    after = Shown(pressed(world, token, "confirm"))

    assert "Your place is confirmed." in after.words
    assert "Gil Guest" in after.words
    [entry] = world.get(f"/events/{event['id']}/enrollments", olga.token).json["results"]
    assert (entry["status"], entry["attendee"]["name"]) == ("confirmed", "Gil Guest")
    assert entry["attendee"]["email"] == "gil@example.org"
    world.work()
    assert [one.subject for one in world.mailer.to("gil@example.org")] == [
        "Confirm your place: Python Workshop",
        "Confirmed: Python Workshop",
    ]


def test_the_link_confirms_and_cancels_as_a_bearer_token(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=3)
    token = asked(world, event)
    own = f"/enrollments/{opened(world, token, 'application/json').json['id']}"
    assert world.get(own, token).json["status"] == "pending"

    confirmed = world.post(f"{own}/confirm", None, token)

    assert (confirmed.status, confirmed.json["status"], confirmed.json["expires_at"]) == (200, "confirmed", None)
    assert world.get(f"{own}/ticket.svg", token).status == 200
    causes = [one["cause"] for one in world.get(f"{own}/history", token).json["results"]]
    assert causes == ["held", "hold_confirmed"]
    assert world.post(f"{own}/cancel", None, token).json["status"] == "cancelled"
    assert free_seats(world, event) == [3]


def test_a_hold_that_nobody_took_back_is_enrolled_late_while_a_seat_is_free(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=2)
    token = asked(world, event)
    world.clock.advance(timedelta(minutes=60))
    page = Shown(opened(world, token))
    assert "The time to confirm has run out. A seat is free." in page.words
    own = opened(world, token, "application/json").json["id"]
    problem(world.post(f"/enrollments/{own}/confirm", None, token), 409, "hold_expired")

    assert "Your place is confirmed." in Shown(pressed(world, token, "confirm")).words

    assert (statuses(world), free_seats(world, event)) == ({"confirmed": 1}, [1])


def test_a_hold_that_is_over_is_in_nobodys_way_and_no_mail_follows_it(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=2)
    token = asked(world, event)
    world.clock.advance(timedelta(minutes=60))

    for person in people(world, 2):
        enrolled(world, event, person)

    world.work()
    assert len(world.mailer.to("gil@example.org")) == 1
    page = Shown(opened(world, token))
    assert "The time to confirm has run out. The event is full; you can wait for a seat." in page.words
    assert page.actions == ["join"]


def test_at_a_full_event_the_link_leads_to_the_waitlist(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=1)
    winner = a_person(world)
    place = enrolled(world, event, winner)
    token = asked(world, event, waitlist=True)
    assert statuses(world) == {"confirmed": 1}
    assert "No seat is kept for you yet." in world.mailer.to("gil@example.org")[-1].text
    page = Shown(opened(world, token))
    assert (page.actions, page.buttons) == (["join"], ["Join the waitlist"])

    assert "You are number 1 on the waitlist." in Shown(pressed(world, token, "join")).words

    assert world.post(f"/enrollments/{place['id']}/cancel", None, winner.token).status == 200
    assert "Your place is confirmed." in Shown(opened(world, token)).words


def test_the_link_of_a_party_without_seats_brings_its_size_along(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=50, party_max=3)
    first = asked(world, event, "first@example.org", party_size=3)
    token = asked(world, event, "second@example.org", party_size=3)
    assert statuses(world) == {"pending": 1}
    mail = world.mailer.to("second@example.org")[-1].text
    assert f"/g/{token}?party_size=3\n" in mail
    page = Shown(world.get(f"/g/{token}?party_size=3", Accept=BROWSER))
    assert page.words[page.words.index("Party") + 1] == "3 people"
    assert page.sizes == ["3"]

    pressed(world, first, "confirm")
    assert "Your place is confirmed." in Shown(pressed(world, token, "confirm", party_size=3)).words

    assert free_seats(world, event) == [44]
    assert Shown(opened(world, first)).words.count("3 people") == 1
    assert faults(world.get(f"/g/{token}?party_size=0")) == [("party_size", "invalid")]
    assert faults(world.post(f"/g/{token}", {"action": "join", "party_size": "x"})) == [("/party_size", "invalid")]


@pytest.mark.parametrize("fields", [{}, {"party_size": "3"}], ids=["address", "address and form"])
def test_a_button_of_the_page_goes_to_its_address_which_has_the_size(
    world: World, olga: Person, fields: dict[str, str]
) -> None:
    event = world.an_event(olga.token, capacity=3, party_max=3)
    token = asked(world, event, party_size=3)
    assert statuses(world) == {}

    form = urlencode({"action": "confirm", **fields})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": BROWSER}
    sent = world.send("POST", f"/g/{token}?party_size=3", raw=form, headers=headers)

    assert (sent.status, sent.headers["Location"]) == (303, f"/g/{token}")
    assert Shown(opened(world, token)).words.count("3 people") == 1
    assert free_seats(world, event) == [0]


def test_a_cancelled_event_is_a_sentence_on_the_page(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=3)
    token = asked(world, event)
    own = opened(world, token, "application/json").json["id"]

    cancelled(world, event, olga)
    world.work()

    page = Shown(opened(world, token))
    assert "This event will not take place." in page.words
    assert page.actions == []
    problem(world.post(f"/enrollments/{own}/confirm", None, token), 409, "event_cancelled")
    problem(ask(world, event), 409, "event_cancelled")
    assert statuses(world) == {"cancelled": 1}


def test_a_guest_comes_again_after_cancelling(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=2)
    first = asked(world, event)
    pressed(world, first, "cancel")
    assert free_seats(world, event) == [2]

    assert asked(world, event) == first

    assert (statuses(world), free_seats(world, event)) == ({"pending": 1}, [1])


def test_who_is_enrolled_already_gets_a_mail_that_shows_it(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=3)
    ada = a_person(world, "ada@example.org", first_name="Ada", last_name="")
    row = enrolled(world, event, ada)
    world.work()

    assert ask(world, event, "ADA@example.org").status == 202

    world.work()
    mail = world.mailer.to("ada@example.org")[-1]
    assert "You asked for this event again: you are enrolled already." in mail.text
    assert world.get(f"/enrollments/{row['id']}", ada.token).json["version"] == row["version"]
    assert len(rows(world)) == 1


def test_the_words_of_a_stranger_are_not_mailed_to_an_address_that_nobody_has_proven(
    world: World, olga: Person
) -> None:
    event = world.an_event(olga.token)

    world.post(f"/events/{event['id']}/enrollments", {"name": "Win at evil.example", "email": "gil@example.org"})

    world.work()
    [mail] = world.mailer.to("gil@example.org")
    assert "evil.example" not in mail.text + mail.html + mail.subject


# With an account


def test_a_guest_who_signs_up_owns_the_enrollment_once(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=3)
    token = asked(world, event)
    pressed(world, token, "confirm")

    account = world.signed_up("gil@example.org", first_name="Gilbert")

    [mine] = world.get("/me/enrollments", account).json["results"]
    assert (mine["event"]["id"], mine["status"]) == (event["id"], "confirmed")
    assert mine["id"] == opened(world, token, "application/json").json["id"]
    problem(world.post(f"/events/{event['id']}/enrollments", {}, account), 409, "already_enrolled")
    assert world.post(f"/enrollments/{mine['id']}/cancel", None, account).json["status"] == "cancelled"
    assert "Your enrollment is cancelled. A seat is free." in Shown(opened(world, token)).words


@pytest.mark.parametrize("options", [{}, {"waitlist": True}])
def test_who_enrols_with_an_account_confirms_the_hold_that_a_stranger_made(
    world: World, olga: Person, options: dict[str, Any]
) -> None:
    event = world.an_event(olga.token, capacity=1)
    ada = a_person(world, "ada@example.org")
    url = f"/events/{event['id']}/enrollments"
    assert ask(world, event, "ada@example.org").status == 202
    assert world.get(f"/events/{event['id']}/eligibility", ada.token).json["would"] == "confirmed"

    first, again = (world.post(url, options, ada.token, Idempotency_Key="k") for _ in range(2))

    assert (first.status, first.json["status"]) == (201, "confirmed")
    assert (again.text, again.headers["Idempotency-Replayed"]) == (first.text, "true")
    assert (statuses(world), free_seats(world, event)) == ({"confirmed": 1}, [0])
    problem(world.post(url, {}, ada.token), 409, "already_enrolled")


def test_a_hold_of_another_size_is_shown_to_its_person_instead(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=50, party_max=3)
    ada = a_person(world, "ada@example.org")
    assert ask(world, event, "ada@example.org", party_size=3).status == 202

    told = problem(world.post(f"/events/{event['id']}/enrollments", {}, ada.token), 409, "already_enrolled")

    assert told["enrollment"]["status"] == "pending"
    assert world.get(f"/events/{event['id']}/eligibility", ada.token).json["code"] == "already_enrolled"
    own = f"/enrollments/{told['enrollment']['id']}"
    assert world.post(f"{own}/confirm", None, ada.token).json["party_size"] == 3
    assert world.patch(own, {"party_size": 1}, ada.token).json["party_size"] == 1
    assert free_seats(world, event) == [49]


def test_a_strangers_hold_that_is_over_is_in_nobodys_way(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=1)
    ada = a_person(world, "ada@example.org")
    assert ask(world, event, "ada@example.org").status == 202
    world.clock.advance(timedelta(minutes=60))
    ada = signed_in(world, ada.account)

    assert enrolled(world, event, ada)["status"] == "confirmed"


def test_the_account_of_a_known_address_is_not_changed_by_guests(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    ada = a_person(world, "ada@example.org", first_name="Ada", last_name="Lovelace")

    token = asked(world, event, "ada@example.org")

    pressed(world, token, "confirm")
    [entry] = world.get(f"/events/{event['id']}/enrollments", olga.token).json["results"]
    assert entry["attendee"] == {"id": ada.id, "name": "Ada Lovelace", "email": "ada@example.org"}
    assert world.get("/me/enrollments", ada.token).json["count"] == 1


def ask_in(world: World, event: dict[str, Any], language: str) -> str:
    """The subject of the mail that a guest gets whose browser sends this."""
    body = {"name": "Gil", "email": "gil@example.org"}
    answer = world.post(f"/events/{event['id']}/enrollments", body, Accept_Language=language)
    assert answer.status == 202, answer.text
    world.work()
    return world.mailer.to("gil@example.org")[-1].subject


def test_a_guest_is_written_to_in_the_language_of_their_browser(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=3)

    assert ask_in(world, event, "de-CH, fr;q=0.5") == "Bitte bestätigen Sie Ihren Platz: Python Workshop"


def test_nobody_changes_the_language_of_somebody_who_is_known(world: World, olga: Person) -> None:
    a_person(world, "gil@example.org", locale="en")
    event = world.an_event(olga.token, capacity=3)

    assert ask_in(world, event, "de") == "Confirm your place: Python Workshop"


@pytest.mark.parametrize("name", ["   ", "", "A\u202eda"])
def test_a_name_that_nobody_can_have_is_told_beside_its_field(world: World, olga: Person, name: str) -> None:
    event = world.an_event(olga.token)
    token = asked(world, event)
    form = urlencode({"action": "confirm", "name": name})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": BROWSER, "Accept-Language": "de"}

    answer = world.send("POST", f"/g/{token}", raw=form, headers=headers)

    page = Shown(answer)
    assert answer.status == 400
    assert "Bitte geben Sie einen Namen ein, in einer Zeile und mit höchstens 200 Zeichen." in page.words
    assert 'aria-invalid="true" aria-describedby="name-confirm"' in answer.text
    assert page.actions == ["confirm", "cancel"]
    told = world.post(f"/g/{token}", {"action": "confirm", "name": name}, Accept="application/json")
    assert [pointer for pointer, _ in faults(told)] == ["/name"]
