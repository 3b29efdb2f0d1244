"""Admins look for accounts and list them, and end and give back access; everybody else finds nothing there."""

from datetime import timedelta

import pytest

from chalicelib.api.http.endpoints.endpoint import Endpoint
from chalicelib.api.http.endpoints.policies import Auth
from chalicelib.domain.accounts.account import Role
from chalicelib.domain.accounts.audit import Reason
from chalicelib.domain.enrollments.enrollment import EnrollmentKey
from chalicelib.domain.shared.limits import FRESH_LOGIN
from tests.support.builders import Person, a_person, enrolled, signed_in
from tests.support.citations import PROJECT
from tests.support.mails.mailed import link_of
from tests.support.people.admin import acts, kinds, set_access
from tests.support.problems import faults, problem
from tests.support.stories.sample import ENDPOINTS, Sample, name
from tests.support.world import PASSWORD, World

OURS = [endpoint for endpoint in ENDPOINTS if endpoint.path.startswith("/admin/")]


# Who may


@pytest.mark.parametrize("endpoint", OURS, ids=name)
def test_to_everybody_else_nothing_is_there(world: World, endpoint: Endpoint) -> None:
    sample = Sample(world)
    before = acts(world)

    assert endpoint.auth is Auth.ADMIN
    problem(sample.send(endpoint), 401, "unauthenticated")
    problem(sample.send(endpoint, token=link_of(world, sample.row)), 401, "unauthenticated")
    for token in (sample.ada.token, sample.stranger.token, signed_in(world, sample.olga.account).token):
        answer = world.send(endpoint.method, sample.url(endpoint), {}, token=token)
        absent = world.send(endpoint.method, sample.url(endpoint, user_id=sample.event["id"]), {}, token=token)
        problem(answer, 404, "not_found")
        assert absent.json == answer.json
    assert acts(world) == before


@pytest.mark.parametrize("endpoint", OURS, ids=name)
def test_an_admin_logs_in_again_after_ten_minutes(world: World, endpoint: Endpoint) -> None:
    sample = Sample(world)
    world.clock.advance(FRESH_LOGIN)

    problem(sample.send(endpoint, {}, sample.admin.token), 403, "fresh_login_required")

    fresh = signed_in(world, sample.admin.account).token
    body = {"reason": "mistake"} if endpoint.method == "POST" and endpoint.body else {}
    assert sample.send(endpoint, body, fresh).status in {200, 202}


def test_refreshing_makes_no_login_of_an_admin_fresh(world: World, admin: Person) -> None:
    world.clock.advance(FRESH_LOGIN)
    again = world.post("/auth/refresh", {"refresh": admin.refresh}).json["access"]

    problem(world.get("/admin/figures", again), 403, "fresh_login_required")


def test_no_route_makes_an_admin(world: World, admin: Person, ada: Person) -> None:
    body = {"email": "eve@example.org", "password": PASSWORD, "roles": ["seeker", "admin"]}
    profile = {"username": "ada", "first_name": "Ada", "last_name": "", "locale": "en", "roles": ["admin"]}

    assert world.post("/auth/signup", body).status == 400
    assert world.put("/auth/me", profile, ada.token).status == 400
    assert world.patch("/auth/me", {"roles": ["seeker", "admin"]}, ada.token).status == 400
    patched = world.patch(f"/admin/users/{ada.id}", {"roles": ["admin"]}, admin.token)
    assert patched.json["roles"] == ["seeker", "facilitator"]
    written = [path for path in (PROJECT / "chalicelib").rglob("*.py") if ".grant(" in path.read_text(encoding="utf-8")]
    assert written == []


# Finding


@pytest.mark.parametrize("q", ["ada@example.org", "ADA@example.org", "ada", "ADA"])
def test_an_account_is_found_by_its_whole_address_or_username(world: World, admin: Person, ada: Person, q: str) -> None:
    answer = world.get(f"/admin/users?q={q}", admin.token)

    assert (answer.status, answer.json["count"]) == (200, 1)
    [found] = answer.json["results"]
    assert (found["id"], found["email"], found["disabled"]) == (ada.id, "ada@example.org", False)
    assert answer.headers["Cache-Control"] == "no-store"


def test_and_by_its_id_and_nothing_else_is(world: World, admin: Person, ada: Person) -> None:
    world.container.store.people.guest("guest@example.org", world.clock())

    assert world.get(f"/admin/users?q={ada.id}", admin.token).json["results"][0]["id"] == ada.id
    for q in ("ad", "nobody@example.org", "guest@example.org", admin.id[::-1], "x" * 254):
        assert world.get(f"/admin/users?q={q}", admin.token).json["results"] == []


def test_accounts_are_listed_in_pages_the_last_ones_first(world: World, admin: Person) -> None:
    made = []
    for number in range(5):
        world.signed_up(f"person{number}@example.net")
        made.append(f"person{number}@example.net")
        world.clock.advance(timedelta(seconds=1))
    seen, url, back = [], "/admin/users?page_size=2", None
    while url:
        page = world.get(url, admin.token).json
        seen += [user["email"] for user in page["results"]]
        assert (page["count"], page["count_exact"]) == (5, True)
        url, back = page["next"], page["previous"]

    assert seen == made[::-1]
    assert back is not None
    assert [user["email"] for user in world.get(back, admin.token).json["results"]] == seen[2:4]


def test_every_look_is_in_the_trail(world: World, admin: Person, ada: Person) -> None:
    world.get("/admin/users?q=ada", admin.token, X_Request_Id="look-1")
    world.get("/admin/users", admin.token)
    world.patch(f"/admin/users/{ada.id}", {}, admin.token)

    assert sorted(act["about"] for act in acts(world)) == ["", ada.id, ada.id]
    assert set(kinds(world)) == {"see_accounts"}
    assert {act["admin"] for act in acts(world)} == {admin.id}
    assert "ada@example.org" not in str(acts(world))


# Closing


def test_a_disabled_account_is_out_with_the_next_request(world: World, admin: Person, ada: Person) -> None:
    event = world.an_event(a_person(world).token)
    link = link_of(world, enrolled(world, event, ada))
    feed = world.get("/auth/me/feeds", ada.token).json["url"].rpartition("/")[2]
    assert world.get(f"/g/{link}").status == 200
    second = signed_in(world, ada.account)
    made = world.post("/auth/api-keys", {"name": "script", "scope": "read"}, ada.token)
    assert made.status == 201, made.text
    key = made.json["secret"]
    assert world.get("/me/enrollments", key).status == 200

    answer = set_access(world, admin, ada, disabled=True, reference="CASE-7")

    assert (answer.status, answer.json["disabled"]) == (200, True)
    for token in (ada.token, second.token, link):
        problem(world.get(f"/enrollments/{enrollment_of(world, ada)}", token), 401, "unauthenticated")
    problem(world.get("/me/enrollments", key), 401, "unauthenticated")
    for refresh in (ada.refresh, second.refresh):
        problem(world.post("/auth/refresh", {"refresh": refresh}), 401, "credentials_wrong")
    problem(world.get(f"/feeds/{feed}"), 404, "not_found")
    problem(world.get(f"/g/{link}", Accept="application/json"), 404, "not_found")
    problem(world.post(f"/g/{link}", {"action": "cancel"}), 404, "not_found")
    [act] = acts(world)
    assert (act["what"], act["about"], act["reason"], act["reference"]) == (
        "disable_account",
        ada.id,
        "abuse",
        "CASE-7",
    )


def test_links_that_a_disabled_account_was_mailed_about_records_that_it_keeps_are_void_too(
    world: World, admin: Person, ada: Person
) -> None:
    """Of a record without an address the keeper reads the mails; one with an address reads its own."""
    event, links = world.an_event(a_person(world).token, capacity=3), {}
    for name_of, fields in (("kim", {}), ("lee", {"email": "lee@example.org"})):
        kept = world.post("/attendees", {"first_name": name_of, **fields}, ada.token).json
        row = world.post(f"/events/{event['id']}/enrollments", {"attendee_id": kept["id"]}, ada.token).json
        links[name_of] = row["id"], link_of(world, row)
        assert world.get(f"/enrollments/{row['id']}", links[name_of][1]).status == 200

    set_access(world, admin, ada, disabled=True)

    row_id, link = links["kim"]
    problem(world.get(f"/enrollments/{row_id}", link), 401, "unauthenticated")
    problem(world.post(f"/g/{link}", {"action": "cancel"}), 404, "not_found")
    row_id, link = links["lee"]
    assert world.get(f"/enrollments/{row_id}", link).status == 200
    set_access(world, admin, ada, disabled=False)
    assert world.get(f"/enrollments/{links['kim'][0]}", links["kim"][1]).status == 200


def enrollment_of(world: World, person: Person) -> str:
    [row] = [row for row in world.db.snapshot_all("turnout-enrollments") if row["sk"]["S"] == person.id]
    event_id, _, bucket = row["pk"]["S"].partition("#")
    return EnrollmentKey(event_id, int(bucket), person.id).id


def test_it_cannot_log_in_and_is_told_what_a_wrong_password_is_told(world: World, admin: Person, ada: Person) -> None:
    set_access(world, admin, ada, disabled=True)
    world.post("/auth/forgot-password", {"email": ada.email})
    world.work()

    right = world.post("/auth/login", {"email": ada.email, "password": PASSWORD})
    wrong = world.post("/auth/login", {"email": ada.email, "password": PASSWORD + "!"})

    problem(right, 401, "credentials_wrong")
    assert right.json == wrong.json
    assert [mail.subject for mail in world.mailer.to(ada.email)] == ["Your Turnout account was disabled"]


def test_enabling_gives_the_password_back_and_nothing_that_ended(world: World, admin: Person, ada: Person) -> None:
    feed = world.get("/auth/me/feeds", ada.token).json["url"].rpartition("/")[2]
    set_access(world, admin, ada, disabled=True)
    world.work()
    world.clock.advance(timedelta(seconds=1))

    answer = set_access(world, admin, ada, disabled=False, reason="mistake")
    world.work()

    assert answer.json["disabled"] is False
    problem(world.get("/auth/me", ada.token), 401, "unauthenticated")
    problem(world.get(f"/feeds/{feed}"), 404, "not_found")
    assert world.post("/auth/login", {"email": ada.email, "password": PASSWORD}).status == 200
    assert [mail.subject for mail in world.mailer.to(ada.email)][:2] == [
        "Your Turnout account was disabled",
        "Your Turnout account is enabled again",
    ]
    assert kinds(world) == ["disable_account", "enable_account"]


def test_a_mail_that_is_late_says_nothing_that_is_no_longer_so(world: World, admin: Person, ada: Person) -> None:
    set_access(world, admin, ada, disabled=True)
    set_access(world, admin, ada, disabled=False)
    world.work()

    assert [mail.subject for mail in world.mailer.to(ada.email)] == ["Your Turnout account is enabled again"]


def test_the_mail_speaks_the_language_of_its_reader(world: World, admin: Person) -> None:
    uwe = a_person(world, "uwe@example.org", locale="de")

    set_access(world, admin, uwe, disabled=True, reason="spam")
    world.work()

    [mail] = world.mailer.to(uwe.email)
    assert mail.subject == "Ihr Konto bei Turnout wurde gesperrt"
    assert "unerwünschte E-Mails" in mail.text


def test_doing_it_twice_is_one_act_and_one_mail(world: World, admin: Person, ada: Person) -> None:
    first = set_access(world, admin, ada, disabled=True)
    second = set_access(world, admin, ada, disabled=True, reason="spam")
    world.work()

    assert (first.status, second.status) == (200, 200)
    assert second.json == first.json
    assert kinds(world) == ["disable_account"]
    assert len(world.mailer.to(ada.email)) == 1


def test_nobody_closes_their_own_account(world: World, admin: Person) -> None:
    for disabled in (True, False):
        problem(set_access(world, admin, admin, disabled=disabled), 409, "own_account")

    assert acts(world) == []


def test_an_admin_who_was_disabled_is_none_any_more(world: World, admin: Person) -> None:
    other = a_person(world, "other@example.org", roles=(Role.FACILITATOR, Role.ADMIN))

    set_access(world, admin, other, disabled=True)
    problem(set_access(world, other, admin, disabled=True), 401, "unauthenticated")
    enabled = set_access(world, admin, other, disabled=False)

    assert enabled.json["roles"] == ["facilitator"]
    back = world.post("/auth/login", {"email": other.email, "password": PASSWORD}).json["access"]
    problem(world.get("/admin/figures", back), 404, "not_found")


def test_unknown_accounts_are_not_there(world: World, admin: Person) -> None:
    guest = world.container.store.people.guest("guest@example.org", world.clock())
    for user_id in ("01ARZ3NDEKTSV4RRFFQ69G5FAV", "junk", "%20", guest.id):
        for body in ({}, {"disabled": True, "reason": "abuse"}):
            problem(world.patch(f"/admin/users/{user_id}", body, admin.token), 404, "not_found")


def test_a_reason_is_one_of_a_list_and_required(world: World, admin: Person, ada: Person) -> None:
    url = f"/admin/users/{ada.id}"

    assert faults(world.patch(url, {"disabled": True}, admin.token)) == [("/reason", "required")]
    assert faults(world.patch(url, {"disabled": True, "reason": "Ada did it"}, admin.token)) == [("/reason", "invalid")]
    for reference in ("ada@example.org", "a b", "x" * 41):
        body = {"disabled": True, "reason": "abuse", "reference": reference}
        assert faults(world.patch(url, body, admin.token)) == [("/reference", "invalid")]
    assert faults(world.patch(url, {"roles": ["admin"], "role": "admin"}, admin.token)) == [("/role", "unknown_field")]
    assert world.patch(url, {"roles": ["admin"]}, admin.token).json["roles"] == ["seeker", "facilitator"]
    for reason in Reason:
        assert set_access(world, admin, ada, disabled=reason.value != "spam", reason=reason.value).status == 200


def test_whoever_is_changing_the_password_meanwhile_is_out_too(world: World, admin: Person, ada: Person) -> None:
    profiles = world.container.accounts.profile
    accounts, real = world.container.store.accounts, world.container.store.accounts.change_password

    def raced(*arguments: object) -> None:
        accounts.change_password = real  # type: ignore[method-assign]
        assert set_access(world, admin, ada, disabled=True).status == 200
        real(*arguments)  # type: ignore[arg-type]

    profiles._accounts.change_password = raced  # type: ignore[method-assign, assignment]
    body = {"old_password": PASSWORD, "new_password": "another long sentence"}

    problem(world.post("/auth/change-password", body, ada.token), 401, "unauthenticated")
    details = accounts.details(ada.id)
    assert details is not None
    assert (details.account.disabled, details.sessions) == (True, ())


def test_whoever_is_logging_in_meanwhile_is_out_too(world: World, admin: Person, ada: Person) -> None:
    sessions, real = world.container.store.sessions, world.container.store.sessions.add

    def raced(*arguments: object) -> None:
        sessions.add = real  # type: ignore[method-assign]
        assert set_access(world, admin, ada, disabled=True).status == 200
        real(*arguments)  # type: ignore[arg-type]

    sessions.add = raced  # type: ignore[method-assign, assignment]

    problem(world.post("/auth/login", {"email": ada.email, "password": PASSWORD}), 401, "credentials_wrong")
