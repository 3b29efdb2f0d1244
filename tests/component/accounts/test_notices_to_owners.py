"""What was done to an account is told to its owner: when, and from which network, and nothing that is a credential."""

import re
from datetime import timedelta

import pytest

from chalicelib.services.notifications.ports import RenderedEmail
from tests.support.builders import Person, a_person, signed_in
from tests.support.problems import problem
from tests.support.world import PASSWORD, World

NEW = "a different password"


@pytest.fixture
def ada(world: World) -> Person:
    return a_person(world, "ada@example.org", first_name="Ada")


def mails(world: World, email: str = "ada@example.org") -> list[RenderedEmail]:
    world.work()
    return world.mailer.to(email)


def test_a_login_from_a_new_network_is_told_once(world: World, ada: Person) -> None:
    world.logged_in(ada.email)
    assert mails(world) == [], "the first login of all tells nothing"
    with world.elsewhere("203.0.113.9"):
        world.logged_in(ada.email)
        world.logged_in(ada.email)
    world.logged_in(ada.email)

    [told] = mails(world)

    assert told.subject == "A new sign-in to Turnout"
    assert "From the network: 203.0.113.0/24" in told.text
    assert "When: Monday, 1 June 2026, 09:00 (UTC)" in told.text
    assert "203.0.113.9" not in told.text + told.html


def test_networks_of_one_person_are_one_network_when_they_are_neighbours(world: World, ada: Person) -> None:
    for source in ("203.0.113.9", "203.0.113.200"):
        with world.elsewhere(source):
            world.logged_in(ada.email)

    assert mails(world) == []


def test_a_network_is_forgotten_after_thirty_days(world: World, ada: Person) -> None:
    world.logged_in(ada.email)
    world.clock.advance(timedelta(days=31))
    world.logged_in(ada.email)

    assert [one.subject for one in mails(world)] == ["A new sign-in to Turnout"]


def test_a_network_stays_known_when_every_login_has_ended_and_the_profile_has_changed(
    world: World, ada: Person
) -> None:
    token = world.logged_in(ada.email)["access"]
    world.patch("/auth/me", {"first_name": "Augusta"}, token)
    world.post("/auth/logout", token=token)
    world.logged_in(ada.email)
    assert mails(world) == []
    with world.elsewhere():
        world.logged_in(ada.email)

    assert len(mails(world)) == 1


def test_a_wrong_password_from_elsewhere_tells_nobody(world: World, ada: Person) -> None:
    world.logged_in(ada.email)
    with world.elsewhere():
        world.post("/auth/login", {"email": ada.email, "password": "wrong"})

    assert mails(world) == []


def test_a_changed_password_is_told(world: World, ada: Person) -> None:
    body = {"old_password": PASSWORD, "new_password": NEW}
    with world.elsewhere():
        assert world.post("/auth/change-password", body, ada.token).status == 200

    [told] = mails(world)

    assert told.subject == "Your Turnout password was changed"
    assert "203.0.113.0/24" in told.text
    assert NEW not in told.text + told.html
    assert PASSWORD not in told.text + told.html


def test_a_password_that_was_not_changed_is_not_told(world: World, ada: Person) -> None:
    world.post("/auth/change-password", {"old_password": "wrong", "new_password": NEW}, ada.token)

    assert mails(world) == []


def test_a_chosen_password_is_told(world: World, ada: Person) -> None:
    world.post("/auth/forgot-password", {"email": ada.email})
    found = re.search(r"\b\w+\.[\w-]{80,}\.[\w-]{22}\b", mails(world)[-1].text)
    assert found
    assert world.post("/auth/reset-password", {"token": found.group(), "new_password": NEW}).status == 200

    assert mails(world)[-1].subject == "Your Turnout password was changed"


def stolen(world: World, person: Person) -> list[str]:
    """Refreshes twice, and uses the first token again much later; the texts of the tokens."""
    tokens = [person.refresh]
    for _ in range(2):
        tokens.append(world.post("/auth/refresh", {"refresh": tokens[-1]}).json["refresh"])
        world.clock.advance(timedelta(minutes=1))
    problem(world.post("/auth/refresh", {"refresh": tokens[0]}), 401, "credentials_wrong")
    return tokens


def test_a_refresh_token_that_is_used_again_ends_its_login_and_its_owner_is_told(world: World, ada: Person) -> None:
    other = signed_in(world, ada.account)
    with world.elsewhere():
        tokens = stolen(world, ada)

    [told] = mails(world)

    assert told.subject == "We ended a sign-in to Turnout for your safety"
    assert "203.0.113.0/24" in told.text
    assert not [token for token in tokens if token in told.text + told.html]
    problem(world.get("/auth/me", ada.token), 401, "unauthenticated")
    assert world.get("/auth/me", other.token).status == 200


def test_one_theft_is_one_mail_however_often_the_token_is_used(world: World, ada: Person) -> None:
    tokens = stolen(world, ada)
    for token in tokens * 5:
        problem(world.post("/auth/refresh", {"refresh": token}), 401, "credentials_wrong")

    assert len(mails(world)) == 1


def test_a_token_that_is_none_of_ours_mails_nobody_and_ends_nothing(world: World, ada: Person) -> None:
    head = ".".join(ada.refresh.split(".")[:2])
    for forged in (f"{head}.x.y", f"{head}.{ada.refresh.split('.')[2]}.test1-x", ada.refresh + "x", ada.refresh[:-1]):
        world.post("/auth/refresh", {"refresh": forged})

    assert mails(world) == []
    assert world.get("/auth/me", ada.token).status == 200


def test_a_token_of_a_login_that_has_ended_mails_nobody(world: World, ada: Person) -> None:
    world.post("/auth/logout", token=ada.token)
    problem(world.post("/auth/refresh", {"refresh": ada.refresh}), 401, "credentials_wrong")

    assert mails(world) == []


def test_a_notice_is_in_the_language_of_the_owner(world: World) -> None:
    ada = a_person(world, "ada@example.org", locale="de-AT")
    stolen(world, ada)

    [told] = mails(world)

    assert told.subject == "Eine Anmeldung bei Turnout wurde zu Ihrer Sicherheit beendet"
    assert "Zeitpunkt: Montag, 1. Juni 2026, 09:02 Uhr (UTC)" in told.text


def test_a_new_api_key_is_told_and_never_its_text(world: World, ada: Person) -> None:
    with world.elsewhere("203.0.113.9"):
        made = world.post(
            "/auth/api-keys", {"name": "nightly export", "scope": "read", "password": PASSWORD}, ada.token
        )

    [told] = [one for one in mails(world) if "API key" in one.subject]

    assert told.subject == "A new API key for your Turnout account"
    assert "From the network: 203.0.113.0/24" in told.text
    assert made.json["secret"] not in told.text + told.html


def test_an_api_key_that_is_refused_is_told_to_nobody(world: World, ada: Person) -> None:
    refused = world.post("/auth/api-keys", {"name": "export", "scope": "read", "password": "wrong"}, ada.token)

    assert refused.status == 400
    assert mails(world) == []
