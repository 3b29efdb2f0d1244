"""Mail and calendars as readers have them: invitations that follow their event, a feed, one click to be left alone."""

import re
import urllib.request
from typing import Any

from tests.e2e.client import Client
from tests.e2e.site import PATIENCE_SECONDS, Site, eventually, in_days
from tests.e2e.tables import Tables
from tests.support.mails.ics import Entry, Read, read
from tests.support.problems import problem

QUIET: dict[str, Any] = {"reminders": [], "follow_ups": []}
SOON, LATER = 20 / 1440, 80 / 1440  # in days: this close to the start nobody waits for further edits
BROWSER = {"Accept": "text/html"}
ONE_CLICK = {"Content-Type": "application/x-www-form-urlencoded"}


def invitation(site: Site, mail: dict[str, Any]) -> Read:
    [attached] = mail["attachments"]
    assert attached["filename"] == "invite.ics"
    with urllib.request.urlopen(site.mailbox_url + attached["url"], timeout=PATIENCE_SECONDS) as answer:
        return read(answer.read().decode())


def fed(url: str) -> Entry:
    with Client(url.partition("/feeds/")[0]) as calendar:
        answer = calendar.get(url)
    assert (answer.status, answer.headers["Content-Type"].partition(";")[0]) == (200, "text/calendar")
    return read(answer.text).only


def test_a_calendar_entry_is_made_moved_and_withdrawn_by_mail(site: Site, tables: Tables) -> None:
    [user] = tables.people(1)
    with site.client(user.token) as person:
        event = site.an_event(person, title="Tiling", starts_at=in_days(SOON), location="Graz", **QUIET)
        assert person.post(f"/events/{event['id']}/enrollments", {}).status == 201
        first = invitation(site, site.mail(user.email, "^Confirmed: Tiling$"))
        feed = person.get("/auth/me/feeds").json["url"]
        fields = ("sequence", "status", "title")

        assert (first.method, first.only.sequence, first.only.fields["LOCATION"]) == ("REQUEST", 0, "Graz")
        assert [getattr(fed(feed), name) for name in fields] == [0, "CONFIRMED", "Tiling"]

        assert person.patch(f"/events/{event['id']}", {"starts_at": in_days(LATER)}).status == 200
        moved = invitation(site, site.mail(user.email, "^New time: Tiling$"))

        assert (moved.method, moved.only.sequence, moved.only.uid) == ("REQUEST", 1, first.only.uid)
        assert moved.only.starts_at > first.only.starts_at
        assert (fed(feed).sequence, fed(feed).starts_at) == (1, moved.only.starts_at)

        asked = problem(person.post(f"/events/{event['id']}/cancel"), 409, "confirmation_required")
        assert person.post(f"/events/{event['id']}/cancel?confirm={asked['confirm']}").status == 200
        last = invitation(site, site.mail(user.email, "^Cancelled: Tiling"))

        assert (last.method, last.only.sequence, last.only.uid) == ("CANCEL", 3, first.only.uid)
        assert site.subjects(user.email) == [
            "Confirmed: Tiling",
            "New time: Tiling",
            "Cancelled: Tiling will not take place",
        ]


def written(organizer: Client, event_id: str, subject: str, recipients: int = 1) -> None:
    """A message to everybody who has a place."""
    body = {"subject": subject, "body": "Bring gloves.", "segment": "confirmed"}
    asked = problem(organizer.post(f"/events/{event_id}/messages", body), 409, "confirmation_required")
    answer = organizer.post(f"/events/{event_id}/messages?confirm={asked['confirm']}", body)
    assert (answer.status, answer.json["recipients"]) == (202, recipients)


def test_one_click_without_a_login_ends_the_messages_of_organizers(site: Site, tables: Tables) -> None:
    organizer, guest = tables.people(2)
    with site.client(organizer.token) as olga, site.client(guest.token) as paul, site.client() as provider:
        event = site.an_event(olga, title="Masonry", **QUIET)
        assert paul.post(f"/events/{event['id']}/enrollments", {}).status == 201
        written(olga, event["id"], "Gloves")
        mail = site.mail(guest.email, "Gloves")
        link = mail["headers"]["List-Unsubscribe"].strip("<>")

        assert mail["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert link in mail["text"]
        page = provider.get(link, headers=BROWSER)
        assert (page.status, page.text.count("<button")) == (200, 1)
        assert paul.get("/auth/me/preferences").json["messages"] is True

        clicked = provider.post(link, raw=b"List-Unsubscribe=One-Click", headers=ONE_CLICK)

        assert (clicked.status, clicked.json) == (200, {"category": "messages", "unsubscribed": True})
        assert paul.get("/auth/me/preferences").json["messages"] is False
        assert olga.post(f"/events/{event['id']}/enrollments", {}).status == 201
        written(olga, event["id"], "Boots", recipients=2)
        site.mail(organizer.email, "Boots")
        assert eventually(lambda: tables.unfinished() == 0, "Everything that was to be sent")
        assert [one for one in site.subjects(guest.email) if re.search("Boots", one)] == []
