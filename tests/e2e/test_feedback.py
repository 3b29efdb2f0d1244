"""What becomes of mails, told by the local cloud as SES tells it: through the queue, the worker, up to the API."""

from typing import Any

from tests.e2e.client import Client
from tests.e2e.site import Site, eventually
from tests.e2e.tables import Tables

STATES = {
    "delivered": "ada.delivered@example.org",
    "bounced": "bounce+turnout@simulator.amazonses.com",
    "complained": "complaint+turnout@simulator.amazonses.com",
    "sent": "ooto+turnout@simulator.amazonses.com",
}


def states(organizer: Client, event_id: str) -> dict[str, str]:
    """What became of the mail to each address."""
    results = organizer.get(f"/events/{event_id}/enrollments").json["results"]
    return {one["attendee"]["email"]: one["mail"]["state"] for one in results}


def test_the_organizer_learns_who_could_not_be_told(site: Site, tables: Tables) -> None:
    [user] = tables.people(1)
    with site.client(user.token) as organizer:
        event = site.an_event(organizer)
        made: dict[str, Any] = {}
        for address in STATES.values():
            body = {"name": "Somebody", "email": address}
            made[address] = organizer.post(f"/events/{event['id']}/enrollments", body).json
        wanted = {address: state for state, address in STATES.items()}

        assert eventually(lambda: states(organizer, event["id"]) == wanted or None, "every report is there")

        [own] = [one for one in organizer.get("/me/events").json["results"] if one["id"] == event["id"]]
        assert own["counts"]["bounced"] == 1
        bounced = made[STATES["bounced"]]
        assert organizer.post(f"/enrollments/{bounced['id']}/cancel").status == 200
        told = eventually(lambda: skipped(organizer, bounced["id"]), "the next mail to it is not sent")
        assert told == "suppressed: bounce"


def skipped(organizer: Client, enrollment_id: str) -> str | None:
    mail = organizer.get(f"/enrollments/{enrollment_id}").json["mail"]
    return str(mail["reason"]) if mail["state"] == "skipped" else None
