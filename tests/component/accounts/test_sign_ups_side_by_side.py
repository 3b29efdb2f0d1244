"""Several people sign up with one address: whoever proves the mailbox gets what they asked for."""

import itertools
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.shared.limits import MAX_SIGN_UPS, SIGN_UP_LIFE
from chalicelib.settings import Settings
from tests.support.builders import a_person
from tests.support.http import Answer
from tests.support.problems import faults, problem
from tests.support.world import PASSWORD, SETTINGS, World

ADDRESS = "victim@example.org"
OWN = "what the owner chose"
STRANGERS = "what a stranger chose"
STRICT = Settings(
    key_ring=SETTINGS.key_ring, limits="generous", sign_up_profile="strict", password_min_length=15, log_level="ERROR"
)
PRODUCTION = Settings(key_ring=SETTINGS.key_ring, limits="production", log_level="ERROR")


@pytest.fixture(params=[SETTINGS, STRICT, PRODUCTION], ids=["compat", "strict", "production"])
def any_world(request: pytest.FixtureRequest) -> Iterator[World]:
    with World(request.param) as made:
        yield made


@pytest.fixture
def production() -> Iterator[World]:
    with World(PRODUCTION) as made:
        yield made


def sign_up(world: World, password: str, **fields: Any) -> Answer:
    return world.post("/auth/signup", {"email": ADDRESS, "password": password, **fields})


def verify(world: World, code: str, email: str = ADDRESS, **names: Any) -> Answer:
    return world.post("/auth/verify-email", {"email": email, "otp": code, **names})


def log_in(world: World, password: str, email: str = ADDRESS) -> Answer:
    return world.post("/auth/login", {"email": email, "password": password})


def codes(world: World, email: str = ADDRESS) -> list[str]:
    """All that were mailed to the address, the oldest first."""
    world.work()
    return re.findall(r"(\d{6}) is your", "\n".join(mail.subject for mail in world.mailer.to(email)))


def newest(world: World) -> str:
    return codes(world)[-1]


# Whose account it becomes


def test_the_owner_gets_their_own_password_though_a_stranger_was_first(any_world: World) -> None:
    world = any_world
    assert sign_up(world, STRANGERS, username="same", first_name="Mallory").status == 201
    world.work()

    own = sign_up(world, OWN, username="same", first_name="Vic", roles=["seeker"])

    assert own.status == 201
    proven = verify(world, newest(world), signup_id=own.json["signup_id"])
    assert proven.status == 200, proven.text
    assert log_in(world, STRANGERS).status == 401
    user = log_in(world, OWN).json["user"]
    assert (user["username"], user["first_name"], user["roles"]) == ("same", "Vic", ["seeker"])


@pytest.mark.parametrize("wait", [timedelta(0), timedelta(minutes=5, seconds=1), timedelta(days=1)])
def test_a_later_sign_up_of_a_stranger_takes_nothing_over(any_world: World, wait: timedelta) -> None:
    world = any_world
    own = sign_up(world, OWN)
    first = newest(world)
    world.clock.advance(wait)
    stranger = sign_up(world, STRANGERS)
    assert stranger.status == 201
    second = newest(world)

    assert verify(world, second, signup_id=own.json["signup_id"]).code == "otp_invalid", "the stranger's own code"
    assert verify(world, first, signup_id=stranger.json["signup_id"]).code == "otp_invalid"
    if wait:
        world.post("/auth/resend-otp", {"email": ADDRESS, "signup_id": own.json["signup_id"]})
    assert verify(world, newest(world) if wait else first, password=OWN).status == 200
    assert (log_in(world, OWN).status, log_in(world, STRANGERS).status) == (200, 401)


def test_every_order_of_two_people_ends_with_the_password_of_who_read_the_mail() -> None:
    """Sign-ups, codes asked for, a guest's request between them, mail that is sent at once or late: whatever order."""
    orders = list(itertools.permutations(("own", "stranger", "stranger asks", "guest", "mail")))
    for first, profile in enumerate((SETTINGS, STRICT)):
        with World(profile) as world:
            for number, order in enumerate(orders[first::2]):
                told = _walk(world, f"victim{number}@example.org", order)
                assert told == (401, 200), (profile.sign_up_profile, order)


def _walk(world: World, email: str, order: tuple[str, ...]) -> tuple[int, int]:
    for step in order:
        match step:
            case "own":
                assert sign_up(world, OWN, email=email).status == 201
            case "stranger":
                with world.elsewhere():
                    assert sign_up(world, STRANGERS, email=email).status == 201
            case "stranger asks":
                with world.elsewhere():
                    world.post("/auth/resend-otp", {"email": email})
            case "guest":
                world.container.store.people.guest(email, world.clock())
            case "mail":
                world.work()
    with world.elsewhere():
        for code in ("000000", "000001", "000002", "000003"):
            assert verify(world, code, email, password="neither of theirs").code == "otp_invalid"
    proofs = [verify(world, code, email, password=OWN).status for code in codes(world, email)]
    assert proofs.count(200) == 1
    return log_in(world, STRANGERS, email).status, log_in(world, OWN, email).status


def test_the_stranger_who_reads_no_mail_proves_nothing_with_their_own_sign_up(any_world: World) -> None:
    world = any_world
    own, stranger = sign_up(world, OWN), sign_up(world, STRANGERS)
    sent = codes(world)

    proofs = [verify(world, code, signup_id=own.json["signup_id"]).status for code in sent]
    late = [verify(world, code, signup_id=stranger.json["signup_id"]).code for code in sent]

    assert sorted(proofs) == [200, 400]
    assert late == ["otp_invalid"] * 2, "proving one ends the others"
    world.post("/auth/resend-otp", {"email": ADDRESS, "signup_id": stranger.json["signup_id"]})
    assert codes(world) == sent
    assert log_in(world, STRANGERS).status == 401


def test_a_guest_keeps_their_enrollments_from_strangers_and_gets_them_with_the_proof(world: World) -> None:
    olga = a_person(world)
    event = world.an_event(olga.token)
    world.post(f"/events/{event['id']}/enrollments", {"name": "Vic", "email": ADDRESS})
    guest = world.container.store.people.by_email(ADDRESS)
    assert guest is not None
    sign_up(world, STRANGERS, first_name="Mallory")
    own = sign_up(world, OWN)

    assert world.container.store.accounts.details(guest.id) is None, "nobody is the guest before the proof"
    code = next(one for one in codes(world)[::-1] if verify(world, one, signup_id=own.json["signup_id"]).status == 200)

    assert code
    user = log_in(world, OWN).json["user"]
    assert (user["id"], user["first_name"]) == (guest.id, "")


# How a sign-up is named


@pytest.mark.parametrize("names", [{}, {"signup_id": "x", "password": OWN}])
def test_a_code_alone_proves_nothing_and_the_answer_names_the_field_and_the_fix(
    world: World, names: dict[str, str]
) -> None:
    sign_up(world, OWN)

    answer = verify(world, newest(world), **names)

    assert faults(answer) == [("/signup_id", "required")]
    assert "signup_id" in answer.json["errors"][0]["message"]
    assert "password" in answer.json["errors"][0]["message"]
    assert verify(world, newest(world), password=OWN).status == 200, "and uses nothing up"


def test_the_same_password_twice_is_proven_by_either_code(world: World) -> None:
    sign_up(world, OWN)
    sign_up(world, OWN)

    assert verify(world, codes(world)[0], password=OWN).status == 200
    assert log_in(world, OWN).status == 200


def test_before_the_proof_each_password_is_told_the_next_step_and_others_nothing(world: World) -> None:
    sign_up(world, OWN)
    sign_up(world, STRANGERS)

    problem(log_in(world, OWN), 403, "email_not_verified")
    problem(log_in(world, STRANGERS), 403, "email_not_verified")
    problem(log_in(world, "of neither of them"), 401, "credentials_wrong")


def test_a_sign_up_is_over_after_its_life(world: World) -> None:
    own = sign_up(world, OWN)
    world.clock.advance(SIGN_UP_LIFE)

    world.post("/auth/resend-otp", {"email": ADDRESS, "signup_id": own.json["signup_id"]})
    assert len(codes(world)) == 0, "not even the first, which comes too late"
    problem(log_in(world, OWN), 401, "credentials_wrong")


def test_a_username_is_nobodys_before_the_proof_and_the_first_proof_has_it(world: World) -> None:
    own = sign_up(world, OWN, username="Vic")
    code = newest(world)
    world.signed_up("other@example.org", username="vic")

    proven = verify(world, code, signup_id=own.json["signup_id"])

    assert proven.status == 200
    assert "username" in proven.json["detail"]
    assert log_in(world, OWN).json["user"]["username"] is None
    problem(sign_up(world, OWN, username="vic"), 409, "email_taken")


def test_an_address_without_a_proof_is_never_taken(world: World) -> None:
    for number in range(3):
        assert sign_up(world, f"{OWN} {number}").status == 201
    token = world.signed_up(ADDRESS, username="vic")

    assert world.get("/auth/me", token).json["email"] == ADDRESS
    problem(sign_up(world, OWN), 409, "email_taken")


def test_sign_ups_are_bounded_and_those_of_one_network_push_out_their_own_only(world: World) -> None:
    own = sign_up(world, OWN)
    code = newest(world)
    with world.elsewhere():
        for number in range(3 * MAX_SIGN_UPS):
            world.clock.advance(timedelta(seconds=1))
            assert sign_up(world, f"{STRANGERS} {number}").status == 201

    rows = [row for row in world.db.snapshot_all("turnout-accounts") if row["sk"]["S"].startswith("signup#")]
    assert len(rows) == 1 + MAX_SIGN_UPS
    assert verify(world, code, signup_id=own.json["signup_id"]).status == 200
    assert [row for row in world.db.snapshot_all("turnout-accounts") if row["sk"]["S"].startswith("signup")] == []


def test_what_is_stored_says_neither_the_secret_nor_the_network(world: World) -> None:
    own = sign_up(world, OWN)

    stored = str(world.db.snapshot_all("turnout-accounts")) + str(world.db.snapshot_all("turnout-due"))

    assert own.json["signup_id"] not in stored
    assert "192.0.2" not in stored


def test_the_mail_repeats_nothing_that_a_stranger_wrote(world: World) -> None:
    sign_up(world, STRANGERS, first_name="Click-here", last_name="Pay-now", username="evil.example")
    world.work()

    [mail] = world.mailer.to(ADDRESS)

    assert not re.search("click-here|pay-now|evil", f"{mail.subject}{mail.text}{mail.html}", re.IGNORECASE)


# Limits


def test_signing_up_again_and_again_is_no_way_around_the_limit_of_codes(production: World) -> None:
    """Every 5:01 minutes for a day: 288 mails and 864 guesses once."""
    evaluated = 0
    for _ in range(286):
        made = sign_up(production, STRANGERS)
        production.work()
        if made.status == 201:
            for number in range(4):
                guessed = verify(production, f"{number:06d}", signup_id=made.json["signup_id"])
                evaluated += guessed.code == "otp_invalid"
        else:
            problem(made, 429, "too_many_requests")
            assert int(made.headers["Retry-After"]) > 0
        production.post("/auth/resend-otp", {"email": ADDRESS})
        production.clock.advance(timedelta(minutes=3))

    assert len(codes(production)) <= 5
    assert evaluated <= 15


@pytest.mark.parametrize("door", ["sign up", "change"])
def test_what_stands_behind_a_plus_is_no_way_around_the_limit_of_codes(production: World, door: str) -> None:
    told = []
    for number in range(30):
        address = f"victim+{number}@example.org"
        if door == "sign up":
            told.append(sign_up(production, STRANGERS, email=address).status)
        else:
            body = {"email": address, "password": PASSWORD}
            told.append(production.post("/auth/me/email", body, a_person(production).token).status)
    production.work()

    assert told == [201 if door == "sign up" else 202] * 5 + [429] * 25
    assert len(production.mailer.sent) == 5
    with production.elsewhere():
        assert sign_up(production, OWN, email="victim+mine@example.org").status == 201, "nobody's elsewhere"
    assert sign_up(production, OWN, email="other+1@example.org").status == 201
    assert sign_up(production, OWN, email="+1@example.org").status == 201, "nothing before the plus is somebody, too"


def test_the_limit_of_codes_is_the_same_for_a_guests_and_a_known_address() -> None:
    """Taking a guest's place and writing to an account's owner are mails like any other."""
    for profile in ("compat", "strict"):
        settings = Settings(
            key_ring=SETTINGS.key_ring,
            limits="production",
            sign_up_profile=profile,
            password_min_length=15,
            log_level="ERROR",
        )
        for before in ("nobody", "guest", *(("account",) if profile == "strict" else ())):
            with World(settings) as world:
                if before == "guest":
                    world.container.store.people.guest(ADDRESS, world.clock())
                if before == "account":
                    a_person(world, ADDRESS)
                assert [sign_up(world, OWN).status for _ in range(7)] == [201] * 5 + [429] * 2, (profile, before)


def test_a_stranger_cannot_use_up_the_owners_codes(production: World) -> None:
    with production.elsewhere():
        for number in range(9):
            sign_up(production, f"{STRANGERS} {number}")
            production.post("/auth/resend-otp", {"email": ADDRESS})
            production.clock.advance(timedelta(minutes=2))
    before = len(codes(production))

    own = sign_up(production, OWN)

    assert own.status == 201
    assert len(codes(production)) == before + 1
    assert verify(production, newest(production), signup_id=own.json["signup_id"]).status == 200


def test_twenty_strangers_cannot_either(production: World) -> None:
    for network in range(20):
        with production.elsewhere(f"203.0.{network}.9"):
            for number in range(6):
                sign_up(production, f"{STRANGERS} {number}")
    production.work()
    assert len(codes(production)) <= 40

    own = sign_up(production, OWN)

    assert own.status == 201
    assert verify(production, newest(production), signup_id=own.json["signup_id"]).status == 200


def test_a_strangers_guesses_cost_the_owner_nothing(production: World) -> None:
    own = sign_up(production, OWN)
    code = newest(production)
    for source in ("203.0.113.9", "192.0.2.1"):
        with production.elsewhere(source):
            for number in range(30):
                assert verify(production, f"{number:06d}", signup_id="no such").code == "otp_invalid"
                named = verify(production, f"{number:06d}", password=STRANGERS)
                assert named.code == ("otp_invalid" if number < 15 else "too_many_requests")

    assert verify(production, code, signup_id=own.json["signup_id"]).status == 200


def test_the_password_of_a_sign_up_is_guessed_at_so_often_a_day_and_no_answer_tells_the_right_one(
    production: World,
) -> None:
    own = sign_up(production, OWN)
    code = newest(production)
    told = []
    for network, password in enumerate((STRANGERS, OWN)):
        with production.elsewhere(f"203.0.{network}.9"):
            answers = [verify(production, "000000", password=password) for _ in range(20)]
            told.append([answer.status for answer in answers])
            unknown = [verify(production, "000000", "nobody@example.org", password=OWN).status for _ in range(20)]

    assert told == [[400] * 15 + [429] * 5] * 2
    assert unknown == told[0]
    production.post("/auth/resend-otp", {"email": ADDRESS, "signup_id": own.json["signup_id"]})
    production.clock.advance(timedelta(minutes=2))
    production.post("/auth/resend-otp", {"email": ADDRESS, "signup_id": own.json["signup_id"]})
    assert newest(production) != code
    assert verify(production, newest(production), password=OWN).status == 200, "nobody else waits for it"


def test_a_code_that_a_stranger_asks_for_replaces_nobodys(production: World) -> None:
    own = sign_up(production, OWN)
    code = newest(production)
    production.clock.advance(timedelta(minutes=2))
    with production.elsewhere():
        assert production.post("/auth/resend-otp", {"email": ADDRESS}).status == 202

    assert codes(production) == [code]
    assert verify(production, code, signup_id=own.json["signup_id"]).status == 200


def test_the_guesses_of_one_network_at_one_address_are_bounded_a_day(production: World) -> None:
    """Also where the codes were asked for from other networks."""
    secrets = []
    for network in range(6):
        with production.elsewhere(f"203.0.{network}.9"):
            secrets.append(sign_up(production, STRANGERS).json["signup_id"])
    production.work()

    answers = [verify(production, "000000", signup_id=one).status for one in secrets for _ in range(3)]

    assert answers == [400] * 15 + [429] * 3
    with production.elsewhere("203.0.113.99"):
        assert verify(production, "000001", signup_id=secrets[5]).status == 400


# Rows of before


def test_an_account_that_was_written_unproven_is_proven_by_its_own_password(world: World) -> None:
    legacy = a_person(world, ADDRESS, email_verified=False, username="vic", first_name="Vic")
    stranger = sign_up(world, STRANGERS)
    world.post("/auth/resend-otp", {"email": ADDRESS})
    assert stranger.status == 201
    with world.elsewhere():
        world.post("/auth/resend-otp", {"email": ADDRESS})

    proven = [verify(world, code, password="correct horse battery").status for code in codes(world)]

    assert proven.count(200) <= 1
    if 200 in proven:
        assert log_in(world, "correct horse battery").json["user"]["id"] == legacy.id


def test_whoever_proves_the_address_of_an_unproven_account_takes_its_place_and_frees_its_name(world: World) -> None:
    legacy = a_person(world, ADDRESS, email_verified=False, username="squatter", first_name="Mallory")
    own = sign_up(world, OWN, username="vic")

    assert verify(world, newest(world), signup_id=own.json["signup_id"]).status == 200

    user = log_in(world, OWN).json["user"]
    assert (user["id"], user["username"], user["first_name"]) == (legacy.id, "vic", "")
    assert log_in(world, "correct horse battery").status == 401
    assert world.container.store.accounts.user_id_of(username="squatter") is None
