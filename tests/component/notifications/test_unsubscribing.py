"""The link in mails that nobody has to take: opening it changes nothing, one click acts, nobody needs a login."""

import base64
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from chalicelib.domain.notifications.email_preferences import Category, Mailbox, Suppression
from tests.support.builders import a_person
from tests.support.http import Answer
from tests.support.mails.mailed import BROWSER, Shown
from tests.support.problems import problem
from tests.support.world import SETTINGS, World

ADA = "ada@example.org"
ONE_CLICK = "List-Unsubscribe=One-Click"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MULTIPART = {"Content-Type": "multipart/form-data; boundary=b"}
PARTS = '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'


@pytest.fixture
def link(world: World) -> str:
    """The path of the link in a reminder to Ada."""
    url = urlsplit(world.container.notifications.unsubscribe_links.url(Category.REMINDERS, ADA))
    assert f"{url.scheme}://{url.netloc}" == "https://api.test"
    return url.path


def muted(world: World) -> set[str]:
    return {one.value for one in world.container.store.mailboxes.get(ADA, consistent=True).muted}


def clicked(world: World, link: str, raw: str = ONE_CLICK, headers: dict[str, str] | None = None) -> Answer:
    return world.send("POST", link, raw=raw, headers=FORM if headers is None else headers)


def test_opening_it_changes_nothing(world: World, link: str) -> None:
    before = world.db.snapshot_all("turnout-accounts")

    for accept in (BROWSER, "application/json", "*/*"):
        assert world.get(link, Accept=accept).status == 200

    assert world.db.snapshot_all("turnout-accounts") == before
    assert muted(world) == set()


def test_the_page_has_one_button_and_loads_nothing(world: World, link: str) -> None:
    page = Shown(world.get(link, Accept=BROWSER))

    assert page.buttons == ["Unsubscribe"]
    assert page.loads == []
    assert "Reminders before events go to the address" in page.text


@pytest.mark.parametrize(
    ("raw", "headers"),
    [
        (ONE_CLICK, FORM),
        (PARTS, MULTIPART),
        ("", {}),
        ("", FORM),
        ("{}", {"Content-Type": "application/json"}),
        ("null", {"Content-Type": "application/json"}),
        ('{"List-Unsubscribe": "One-Click"}', {"Content-Type": "application/json"}),
        ("junk", {"Content-Type": "text/plain"}),
        (ONE_CLICK, {}),
    ],
)
def test_one_click_acts_whatever_the_body_is(world: World, link: str, raw: str, headers: dict[str, str]) -> None:
    answer = clicked(world, link, raw, headers)

    assert (answer.status, answer.json) == (200, {"category": "reminders", "unsubscribed": True})
    assert muted(world) == {"reminders"}


def test_again_is_the_same(world: World, link: str) -> None:
    first = clicked(world, link)
    before = world.db.snapshot_all("turnout-accounts")

    again = clicked(world, link)

    assert (again.status, again.json) == (first.status, first.json)
    assert world.db.snapshot_all("turnout-accounts") == before


def test_a_browser_is_shown_that_it_is_done(world: World, link: str) -> None:
    answer = clicked(world, link, headers={**FORM, "Accept": BROWSER})
    page = Shown(answer)

    assert answer.status == 200
    assert "This address no longer gets reminders before events." in page.text
    assert page.buttons == ["Subscribe again"]


def test_the_page_knows_how_it_is_and_undoes_it(world: World, link: str) -> None:
    """The clock stands still: what is decided later counts, whatever the clocks say."""
    for _ in range(3):
        clicked(world, link)
        page = Shown(world.get(link, Accept=BROWSER))
        assert page.buttons == ["Subscribe again"]
        assert "This address no longer gets reminders before events." in page.text
        assert page.forms == [f"{link}/undo"]
        assert world.get(link).json == {"category": "reminders", "unsubscribed": True}
        assert muted(world) == {"reminders"}

        undone = Shown(clicked(world, f"{link}/undo", headers={**FORM, "Accept": BROWSER}))

        assert undone.buttons == ["Unsubscribe"]
        assert undone.forms == [link]
        assert "Reminders before events go to the address" in undone.text
        assert world.get(link).json == {"category": "reminders", "unsubscribed": False}
        assert muted(world) == set()


@pytest.mark.parametrize("raw", [ONE_CLICK, "", "junk"])
def test_undoing_needs_its_own_address_and_no_body(world: World, link: str, raw: str) -> None:
    clicked(world, link)

    answer = clicked(world, f"{link}/undo", raw, {})

    assert (answer.status, answer.json) == (200, {"category": "reminders", "unsubscribed": False})
    assert muted(world) == set()


def test_undoing_one_category_leaves_the_others(world: World, link: str) -> None:
    other = urlsplit(world.container.notifications.unsubscribe_links.url(Category.MESSAGES, ADA)).path
    clicked(world, link)
    clicked(world, other)

    clicked(world, f"{link}/undo")

    assert muted(world) == {"messages"}


def test_undoing_what_was_not_done_changes_nothing_for_anybody(world: World, link: str) -> None:
    assert clicked(world, f"{link}/undo").json == {"category": "reminders", "unsubscribed": False}
    assert muted(world) == set()


def test_the_page_shows_what_was_chosen_with_the_account(world: World, link: str) -> None:
    ada = a_person(world, ADA)
    world.put(URL, {"reminders": False}, ada.token)
    assert Shown(world.get(link, Accept=BROWSER)).buttons == ["Subscribe again"]

    clicked(world, f"{link}/undo")

    assert world.get(URL, ada.token).json == ALL


def test_the_page_says_that_nothing_is_sent_to_an_address_that_bounced(world: World, link: str) -> None:
    world.container.store.mailboxes.suppress(ADA, Suppression.BOUNCE, world.clock())

    page = Shown(world.get(link, Accept=BROWSER))

    assert "Nothing is being sent to this address: an e-mail to it bounced, or was reported as spam." in page.text
    assert "go to the address" not in page.text
    assert page.buttons == ["Unsubscribe"], "of what is sent again when it is lifted"


def test_the_forms_keep_the_path_before_ours(link: str) -> None:
    with World(replace(SETTINGS, public_url="https://api.test/stage")) as staged:
        token = staged.container.notifications.unsubscribe_links.token(Category.REMINDERS, ADA)
        page = Shown(staged.get(f"/unsubscribe/{token}", Accept=BROWSER))

    assert page.forms == [f"/stage/unsubscribe/{token}"]


@pytest.mark.parametrize("category", Category)
def test_each_category_ends_alone(world: World, category: Category) -> None:
    link = urlsplit(world.container.notifications.unsubscribe_links.url(category, ADA)).path

    answer = clicked(world, link)

    assert muted(world) == {answer.json["category"]} == {category}


def test_the_page_of_what_others_cause_says_what_it_means_for_the_owner(world: World) -> None:
    link = urlsplit(world.container.notifications.unsubscribe_links.url(Category.BY_OTHERS, ADA)).path
    before = Shown(world.get(link, Accept=BROWSER))
    after = Shown(clicked(world, link, headers={**FORM, "Accept": BROWSER}))
    german = Shown(world.get(link, Accept=BROWSER, Accept_Language="de"))

    assert "gets an e-mail when others enrol somebody with it" in before.text
    assert "To be enrolled by others, or to enrol without an account, subscribe again first." in after.text
    assert "was andere mit ihr tun" in german.text
    assert (before.buttons, after.buttons) == (["Unsubscribe"], ["Subscribe again"])


def test_no_page_is_kept_framed_indexed_or_referred_to(world: World, link: str) -> None:
    for answer in (world.get(link, Accept=BROWSER), clicked(world, link, headers={**FORM, "Accept": BROWSER})):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("token", ["x", "a.b.c", "test1.cmVtaW5kZXJz.AAAA", "g_x", "%00", "é"])
def test_what_is_no_link_is_404_for_both_and_writes_nothing(world: World, token: str) -> None:
    before = world.db.snapshot_all("turnout-accounts")

    problem(world.get(f"/unsubscribe/{token}"), 404, "not_found")
    problem(clicked(world, f"/unsubscribe/{token}"), 404, "not_found")
    problem(clicked(world, f"/unsubscribe/{token}/undo"), 404, "not_found")

    assert world.db.snapshot_all("turnout-accounts") == before


def test_other_signed_texts_of_ours_are_no_links(world: World) -> None:
    mac = world.container.store.mailboxes.mac(ADA)
    for purpose in ("link", "ticket", "cursor"):
        token = world.container.security.macs.sign(purpose, f"reminders:{mac}".encode())
        problem(clicked(world, f"/unsubscribe/{token}"), 404, "not_found")


def test_an_oversized_body_is_refused(world: World, link: str) -> None:
    problem(clicked(world, link, "x" * 262_145), 413, "body_too_large")

    assert muted(world) == set()


def test_the_link_contains_no_address(world: World, link: str) -> None:
    payload = link.split(".")[1]
    text = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode()

    assert text.startswith("reminders:test1.")
    assert "ada" not in text


# The account's preferences


URL = "/auth/me/preferences"
ALL = {"reminders": True, "follow_ups": True, "messages": True, "by_others": True, "suppressed": None}


def test_everything_is_wanted_at_first(world: World) -> None:
    ada = a_person(world, ADA)

    answer = world.get(URL, ada.token)

    assert (answer.status, answer.json) == (200, ALL)
    assert answer.headers["Cache-Control"] == "no-store"


def test_what_was_unsubscribed_by_a_link_shows_in_the_account_and_can_be_taken_back(world: World, link: str) -> None:
    ada = a_person(world, ADA)
    clicked(world, link)
    assert world.get(URL, ada.token).json == ALL | {"reminders": False}
    world.clock.advance(timedelta(milliseconds=1))

    assert world.put(URL, {"reminders": True}, ada.token).json == ALL

    assert world.container.store.mailboxes.get(ADA) == Mailbox()


def test_a_put_replaces_all_and_what_is_left_out_is_wanted(world: World) -> None:
    ada = a_person(world, ADA)
    world.put(URL, {"reminders": False, "messages": False}, ada.token)
    world.clock.advance(timedelta(milliseconds=1))

    answer = world.put(URL, {"follow_ups": False}, ada.token)

    assert answer.json == ALL | {"follow_ups": False}
    assert world.get(URL, ada.token).json == answer.json
    assert muted(world) == {"follow_ups"}


def test_what_was_read_can_be_sent_back(world: World) -> None:
    ada = a_person(world, ADA)
    answer = world.put(URL, world.get(URL, ada.token).json, ada.token)

    assert (answer.status, answer.json) == (200, ALL)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"reminders": "maybe"}, "/reminders"),
        ({"reminders": None}, "/reminders"),
        ({"newsletter": True}, "/newsletter"),
        ([], ""),
    ],
)
def test_faults_are_named(world: World, body: Any, pointer: str) -> None:
    ada = a_person(world, ADA)

    answer = world.put(URL, body, ada.token)

    problem(answer, 400, "invalid_request")
    assert [one.get("pointer") for one in answer.json["errors"]] == [pointer]
    assert muted(world) == set()


def test_an_address_that_gets_nothing_is_told_so(world: World) -> None:
    ada = a_person(world, ADA)
    world.container.store.mailboxes.suppress(ADA, Suppression.COMPLAINT, world.clock())

    assert world.get(URL, ada.token).json["suppressed"] == "complaint"
    assert world.put(URL, {"suppressed": None}, ada.token).json["suppressed"] == "complaint", "not theirs to lift"


def test_preferences_are_ones_own(world: World) -> None:
    ada, bob = a_person(world, ADA), a_person(world)
    world.put(URL, {"reminders": False}, ada.token)

    assert world.get(URL, bob.token).json == ALL
    problem(world.get(URL), 401, "unauthenticated")
    problem(world.put(URL, {}), 401, "unauthenticated")


def test_there_are_three_categories_and_what_others_cause() -> None:
    assert set(Category) == {"reminders", "follow_ups", "messages", "by_others"}
