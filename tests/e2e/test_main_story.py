"""The main story from the first sign-up to the cancelled event, with every mail read where it arrives."""

import itertools
import re
from urllib.parse import urlsplit

from tests.e2e.client import Client
from tests.e2e.site import Site, User, eventually
from tests.support.problems import problem

_numbers = itertools.count(1)


def signed_up(site: Site, client: Client, name: str) -> User:
    user = site.sign_up(client, f"{name.lower()}{next(_numbers)}@example.org", first_name=name, last_name="Story")
    client.token = user.token
    return user


def test_from_sign_up_to_the_cancelled_event(site: Site) -> None:
    with site.client() as olga, site.client() as paul:
        signed_up(site, olga, "Olga")
        user = signed_up(site, paul, "Paul")
        event = site.an_event(olga, title="Pottery", capacity=1, location="Graz")

        mine = paul.post(f"/events/{event['id']}/enrollments", {})
        assert (mine.status, mine.json["status"]) == (201, "confirmed")
        mail = site.mail(user.email, "^Confirmed: Pottery$")
        assert "Graz" in mail["text"]
        assert "Graz" in mail["html"]
        assert mail["to"] == [user.email]
        problem(olga.post(f"/events/{event['id']}/enrollments", {}), 409, "event_full")

        gone = paul.post(f"/enrollments/{mine.json['id']}/cancel")
        assert (gone.status, gone.json["status"]) == (200, "cancelled")
        site.mail(user.email, "^Cancelled: your enrollment for Pottery$")
        assert olga.get(f"/events/{event['id']}").json["available_spots"] == 1

        again = paul.post(f"/events/{event['id']}/enrollments", {})
        assert (again.status, again.json["id"]) == (201, mine.json["id"])
        eventually(  # a cancellation overtakes a confirmation that is still unsent
            lambda: site.subjects(user.email).count("Confirmed: Pottery") == 2, "The second confirmation"
        )
        assert [one["status"] for one in paul.get("/me/enrollments").json["results"]] == ["confirmed"]

        cancelled_by_its_organizer(olga, event["id"])
        site.mail(user.email, "^Cancelled: Pottery will not take place$")
        assert paul.get(f"/enrollments/{mine.json['id']}").json["status"] == "cancelled"
        problem(paul.post(f"/events/{event['id']}/enrollments", {}), 409, "event_cancelled")
        assert site.subjects(user.email)[1:] == [
            "Confirmed: Pottery",
            "Cancelled: your enrollment for Pottery",
            "Confirmed: Pottery",
            "Cancelled: Pottery will not take place",
        ]


def cancelled_by_its_organizer(organizer: Client, event_id: str) -> None:
    asked = problem(organizer.post(f"/events/{event_id}/cancel"), 409, "confirmation_required")
    assert asked["preview"] == {"people": 1, "holds": 0, "offers": 0, "waiting": 0}
    answer = organizer.post(f"/events/{event_id}/cancel?confirm={asked['confirm']}")
    assert (answer.status, answer.json["status"]) == (200, "cancelled")


def test_a_draft_is_seen_by_its_owner_until_it_is_published_and_deleting_it_tells_everybody(site: Site) -> None:
    with site.client() as olga, site.client() as paul:
        signed_up(site, olga, "Olga")
        user = signed_up(site, paul, "Paul")
        url = f"/events/{site.an_event(olga, title='Secret', status='draft')['id']}"
        problem(paul.get(url), 404, "not_found")
        assert olga.post(f"{url}/publish").status == 200
        entry = paul.post(f"{url}/enrollments", {})
        assert entry.status == 201

        asked = problem(olga.delete(url), 409, "confirmation_required")
        assert olga.delete(f"{url}?confirm={asked['confirm']}").status == 204

        problem(paul.get(url), 404, "not_found")
        site.mail(user.email, "^Cancelled: Secret will not take place$")
        kept = paul.get(f"/enrollments/{entry.json['id']}").json
        assert (kept["status"], kept["event"]["title"]) == ("cancelled", "Secret")


def test_a_login_ends_with_its_logout_and_its_refresh_token_lives_once(site: Site) -> None:
    with site.client() as client:
        user = signed_up(site, client, "Ruth")
        rotated = client.post("/auth/refresh", {"refresh": user.refresh})
        assert rotated.status == 200
        client.token = rotated.json["access"]
        assert client.get("/auth/me").status == 200

        assert client.post("/auth/logout").status == 204

        problem(client.get("/auth/me"), 401, "unauthenticated")
        problem(client.post("/auth/refresh", {"refresh": rotated.json["refresh"]}), 401, "credentials_wrong")


def test_an_enrolment_is_sent_again_with_its_key_and_is_answered_as_before(site: Site) -> None:
    with site.client() as olga, site.client() as paul:
        signed_up(site, olga, "Olga")
        signed_up(site, paul, "Paul")
        url = f"/events/{site.an_event(olga, capacity=5)['id']}"
        first, second = (paul.post(f"{url}/enrollments", {}, headers={"Idempotency-Key": "press-1"}) for _ in range(2))
        assert (first.status, second.status, second.text) == (201, 201, first.text)
        assert second.headers["Idempotency-Replayed"] == "true"
        assert second.headers["Location"] == first.headers["Location"]
        assert olga.get(url).json["attendees_count"] == 1


def test_a_guest_enrols_confirms_by_the_mailed_link_and_signs_up_later(site: Site) -> None:
    with site.client() as olga, site.client() as gil:
        signed_up(site, olga, "Olga")
        event = site.an_event(olga, title="Weaving", capacity=2)
        address = f"gil{next(_numbers)}@example.org"
        asked = {"name": "Gil Guest", "email": address}
        answer = gil.post(f"/events/{event['id']}/enrollments", asked)
        assert (answer.status, answer.json["email"]) == (202, address)

        mail = site.mail(address, "^Confirm your place: Weaving$")
        link = re.search(r"http\S+/g/\S+", mail["text"])
        assert link
        path = urlsplit(link.group()).path
        assert olga.get(f"/events/{event['id']}").json["available_spots"] == 1
        page = gil.get(path, headers={"Accept": "text/html"})
        assert "Confirm my place" in page.text
        pressed = gil.send(
            "POST",
            path,
            raw=b"action=confirm",
            headers={"Accept": "text/html", "Content-Type": "application/x-www-form-urlencoded"},
        )
        assert (pressed.status, pressed.headers["Location"].endswith(path)) == (303, True)
        assert "Your place is confirmed." in gil.get(path, headers={"Accept": "text/html"}).text
        site.mail(address, "^Confirmed: Weaving$")
        [entry] = olga.get(f"/events/{event['id']}/enrollments").json["results"]
        assert (entry["status"], entry["attendee"]["email"]) == ("confirmed", address)

        gil.token = site.sign_up(gil, address, first_name="Gil").token
        [mine] = gil.get("/me/enrollments").json["results"]
        assert mine["id"] == entry["id"]
        assert gil.post(f"/enrollments/{mine['id']}/cancel").json["status"] == "cancelled"
