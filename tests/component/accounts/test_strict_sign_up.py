"""The strict sign-up profile: nobody learns from an answer which addresses have an account."""

from datetime import timedelta

from chalicelib.settings import Settings
from tests.support.builders import a_person
from tests.support.problems import faults, problem
from tests.support.world import PASSWORD, SETTINGS, World

STRICT = Settings(
    key_ring=SETTINGS.key_ring, limits="generous", sign_up_profile="strict", password_min_length=15, log_level="ERROR"
)
ADA = {"email": "ada@example.org", "password": PASSWORD}


def test_the_strict_profile_asks_for_fifteen_characters() -> None:
    strict = Settings(key_ring=SETTINGS.key_ring, sign_up_profile="strict", log_level="ERROR")
    with World(strict) as world:
        fourteen = world.post("/auth/signup", {**ADA, "password": "fourteen chars"})
        fifteen = world.post("/auth/signup", {**ADA, "password": "fifteen chars !"})

    assert faults(fourteen) == [("/password", "password_weak")]
    assert fifteen.status == 201


def test_the_strict_profile_answers_known_and_new_addresses_alike_and_tells_the_owner() -> None:
    with World(STRICT) as world:
        a_person(world, "ada@example.org", first_name="Ada")
        before = world.db.snapshot_all("turnout-accounts")

        new = world.post("/auth/signup", {**ADA, "email": "new@example.org", "first_name": "X"})
        known = world.post("/auth/signup", {**ADA, "first_name": "X"})

        assert known.status == new.status == 201
        assert known.json == {**new.json, "email": "ada@example.org", "signup_id": known.json["signup_id"]}
        assert len(known.json["signup_id"]) == len(new.json["signup_id"])
        assert dict(known.headers) == dict(new.headers)
        world.work()
        [notice] = world.mailer.to("ada@example.org")
        assert notice.subject == "You already have a Turnout account"
        now = world.db.snapshot_all("turnout-accounts")
        assert all(row in now for row in before), "the owner's account is as it was"


def test_the_owner_is_told_of_such_attempts_once_an_hour() -> None:
    with World(STRICT) as world:
        a_person(world, "ada@example.org")
        for minutes in (0, 10, 49, 1, 1):
            world.clock.advance(timedelta(minutes=minutes))
            assert world.post("/auth/signup", ADA).status == 201
            world.work()

        assert len(world.mailer.to("ada@example.org")) == 2


def test_the_strict_profile_does_not_give_addresses_away_through_usernames() -> None:
    """A known address with a taken username must be told what an unknown address with it is told."""
    with World(STRICT) as world:
        a_person(world, "ada@example.org")
        a_person(world, "other@example.org", username="taken")

        unknown = world.post("/auth/signup", {**ADA, "email": "new@example.org", "username": "taken"})
        known = world.post("/auth/signup", {**ADA, "username": "taken"})

        problem(unknown, 409, "username_taken")
        problem(known, 409, "username_taken")
        assert known.json == unknown.json
