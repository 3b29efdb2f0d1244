"""The pages in a real browser, served over HTTP by the application: documentation, and where mailed links lead."""

import html
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from chalicelib.domain.notifications.email_preferences import Category
from tests.support.builders import a_person, enrolled
from tests.support.expected.documented import document, operations
from tests.support.mails.mailed import link_of
from tests.support.web.browser import needs_a_browser, opened, rendered
from tests.support.web.site import served
from tests.support.world import SETTINGS, World


@pytest.fixture
def world() -> Iterator[World]:
    with World(replace(SETTINGS, public_url="")) as made:
        yield made


@pytest.fixture
def address(world: World) -> Iterator[str]:
    with served() as found:
        yield found


@pytest.mark.deep
@needs_a_browser
def test_a_browser_shows_every_operation(address: str, tmp_path: Path) -> None:
    shown = html.unescape(rendered(f"{address}/redoc", tmp_path)).replace("\u2019", "'")  # Redoc sets its own quotes

    assert [one["summary"] for _, _, one in operations() if one["summary"] not in shown] == []
    assert document()["info"]["version"] in shown


@pytest.mark.deep
@needs_a_browser
def test_a_browser_shows_every_group_folded(address: str, tmp_path: Path) -> None:
    shown = html.unescape(rendered(f"{address}/docs", tmp_path))

    assert [tag["name"] for tag in document()["tags"] if f'data-tag="{tag["name"]}"' not in shown] == []
    assert 'data-is-open="true"' not in shown
    assert document()["info"]["version"] in shown


@pytest.mark.deep
@needs_a_browser
def test_a_browser_accepts_the_policy_of_a_mailed_page(world: World, address: str, tmp_path: Path) -> None:
    event = world.an_event(a_person(world).token, title="Grüße")
    token = link_of(world, enrolled(world, event, a_person(world)))

    seen = opened(f"{address}/g/{token}", tmp_path, "--enable-logging=stderr", "--dump-dom")

    assert "Your place is confirmed." in seen.stdout
    assert "<svg" in seen.stdout
    assert "Content Security Policy" not in seen.stderr


@pytest.mark.deep
@needs_a_browser
def test_a_browser_shows_the_unsubscribe_page_and_its_button_acts(world: World, address: str, tmp_path: Path) -> None:
    links = world.container.notifications.unsubscribe_links
    url = f"{address}/unsubscribe/{links.token(Category.REMINDERS, 'ada@example.org')}"

    seen = opened(url, tmp_path, "--enable-logging=stderr", "--dump-dom")

    assert "Reminders before events go to the address" in seen.stdout
    assert "Content Security Policy" not in seen.stderr
    assert world.container.store.mailboxes.get("ada@example.org").muted == frozenset()
    press = tmp_path / "press.html"
    press.write_text(f'<form method="post" action="{url}"></form><script>document.forms[0].submit()</script>', "utf-8")
    shown = rendered(press.as_uri(), tmp_path / "profile")
    assert "This address no longer gets reminders before events." in shown
    assert world.container.store.mailboxes.get("ada@example.org").muted == {Category.REMINDERS}


@pytest.mark.deep
@needs_a_browser
@pytest.mark.parametrize("action", ["cancel", "confirm"])
def test_a_browser_that_sends_the_form_is_back_on_the_page(
    world: World, address: str, tmp_path: Path, action: str
) -> None:
    """The form of the page, pressed by a script of ours, because the page itself has none."""
    event = world.an_event(a_person(world).token)
    token = link_of(world, enrolled(world, event, a_person(world)))
    press = tmp_path / "press.html"
    form = f'<form method="post" action="{address}/g/{token}"><input name="action" value="{action}"></form>'
    press.write_text(f"{form}<script>document.forms[0].submit()</script>", encoding="utf-8")

    shown = rendered(press.as_uri(), tmp_path / "profile")

    assert {"cancel": "Your enrollment is cancelled.", "confirm": "Your place is confirmed."}[action] in shown
