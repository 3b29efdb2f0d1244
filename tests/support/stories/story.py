"""One long story that makes the application do everything it can do: for what must be true of every call it makes."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

from chalicelib.domain.accounts.account import Role
from chalicelib.domain.enrollments.enrollment import EnrollmentKey
from chalicelib.domain.notifications.email_preferences import Category
from chalicelib.domain.outbox.entry import OutboxKind, new_entry
from chalicelib.domain.seats import Reseat
from chalicelib.domain.shared.limits import MAX_TRIES
from chalicelib.mail.queue import encode
from chalicelib.services.notifications.ports import SendRefusedError
from chalicelib.store.items.outbox import outbox_item
from tests.support.builders import a_person
from tests.support.mails.mailed import link_of
from tests.support.mails.notices import bounce, delivery
from tests.support.stories.busy import Busy, closed, erased, fresh, pass_time
from tests.support.world import PASSWORD, World


def people(world: World) -> tuple[str, str]:
    """Two accounts, and everything that one does with an account; their tokens."""
    first = world.signed_up("ada@example.org", username="ada")
    world.post("/auth/signup", {"email": "bob@example.org", "password": PASSWORD})
    world.post("/auth/resend-otp", {"email": "bob@example.org"})
    world.post("/auth/signup", {"email": "ada@example.org", "password": PASSWORD})
    world.post("/auth/signup", {"email": "bob@example.org", "password": PASSWORD, "username": "robert"})
    code = world.code_for("bob@example.org")
    world.post(
        "/auth/verify-email",
        {"email": "bob@example.org", "otp": "000000" if code != "000000" else "111111", "password": PASSWORD},
    )
    world.post("/auth/verify-email", {"email": "bob@example.org", "otp": code, "password": PASSWORD})
    second = world.logged_in("bob@example.org")
    assert world.post("/auth/refresh", {"refresh": second["refresh"]}).status == 200
    assert world.patch("/auth/me", {"username": "bobby", "first_name": "Bob"}, second["access"]).status == 200
    assert world.get("/auth/me", second["access"]).status == 200
    changed = world.post(
        "/auth/change-password", {"old_password": PASSWORD, "new_password": PASSWORD + "!"}, second["access"]
    )
    assert changed.status == 200, changed.text
    assert world.post("/auth/logout", None, world.logged_in("ada@example.org")["access"]).status == 204
    another_address(world, str(changed.json["access"]))
    logins(world)
    api_keys(world)
    assert world.post("/auth/forgot-password", {"email": "bob@example.org"}).status == 202
    world.work()
    return first, str(changed.json["access"])


def another_address(world: World, token: str) -> None:
    """An address that is known, a guest's, and back to the first."""
    for email in ("ada@example.org", "guest@example.org", "bob@example.org"):
        if email == "guest@example.org":
            world.container.store.people.guest(email, world.clock())
        assert world.post("/auth/me/email", {"email": email, "password": PASSWORD + "!"}, token).status == 202
        world.work()
        if email != "ada@example.org":
            proven = world.post("/auth/verify-new-email", {"otp": world.code_for(email)}, token)
            assert proven.status == 200, proven.text
    world.work()


def logins(world: World) -> None:
    """From two networks, listed, ended; a refresh token is stolen."""
    world.signed_up("lena@example.org")
    with world.elsewhere():
        world.logged_in("lena@example.org")
    token = world.logged_in("lena@example.org")["access"]
    listed = world.get("/auth/sessions", token).json["results"]
    assert world.delete(f"/auth/sessions/{listed[1]['id']}", token).status == 204
    stolen = world.logged_in("lena@example.org")
    again = world.post("/auth/refresh", {"refresh": stolen["refresh"]}).json
    assert world.post("/auth/refresh", {"refresh": again["refresh"]}).status == 200
    assert world.post("/auth/refresh", {"refresh": stolen["refresh"]}).status == 401
    world.logged_in("lena@example.org")
    assert world.delete("/auth/sessions", token).status == 204
    world.work()


def a_team(world: World, owner: str, event_id: str) -> None:
    """Invited to one event and to all, known and new, accepted, declined by the link, changed, left and removed."""
    url = f"/events/{event_id}/team"
    helper = world.signed_up("helper@example.org")
    for email, all_events in (("helper@example.org", False), ("helper@example.org", True), ("new@example.org", False)):
        body = {"email": email, "role": "viewer", "all_events": all_events}
        assert world.post(url, body, owner).status == 201
    world.work()
    [new] = world.mailer.to("new@example.org")
    link = next(line for line in new.text.splitlines() if "/team-invitations/" in line)
    path = urlsplit(link).path
    assert world.get(path).status == 200
    assert world.post(f"{path}/decline").status == 200
    invitations = world.get("/me/invitations", helper).json["results"]
    one, all_of_them = sorted(invitations, key=lambda invitation: invitation["all_events"])
    for invitation in (one, all_of_them):
        assert world.post(f"/me/invitations/{invitation['id']}/accept", None, helper).status == 200
    assert world.get(url, owner).json["count"] == 3
    assert world.get("/me/teams", helper).json["count"] == 2
    assert world.get(f"/me/teams/{all_of_them['id']}/events", helper).status == 200
    assert world.patch(f"{url}/{one['id']}", {"role": "check_in"}, owner).status == 200
    assert world.delete(f"/me/teams/{all_of_them['id']}", helper).status == 204
    assert world.delete(f"{url}/{one['id']}", owner).status == 204


def api_keys(world: World) -> None:
    """Made, used, listed, revoked."""
    token = world.signed_up("kay@example.org")
    event = world.an_event(token)
    for fields in ({"scope": "write"}, {"scope": "check-in", "event_id": event["id"]}):
        key = world.post("/auth/api-keys", {"name": "a program", **fields}, token).json
        assert world.get(f"/events/{event['id']}", key["secret"]).status == 200
        assert world.get("/auth/api-keys", token).json["results"][0]["last_used_at"]
        assert world.patch("/auth/me", {"first_name": "Kay"}, token).status == 200
        assert world.delete(f"/auth/api-keys/{key['id']}", token).status == 204


def known_address(world: World) -> None:
    """In the profile `strict`, the sender of a code finds that the address has an account and tells its owner."""
    world.signed_up("ada@example.org")
    assert world.post("/auth/signup", {"email": "ada@example.org", "password": PASSWORD}).status == 201
    world.work()
    assert "already have" in world.mailer.to("ada@example.org")[-1].subject


def presents_herself(world: World, organizer: str) -> None:
    answer = world.patch("/organizers/me", {"text": "Since **2019**.", "link": "https://example.org"}, organizer)
    assert answer.status == 200, answer.text
    assert world.get("/organizers/me", organizer).status == 200
    assert world.get(f"/organizers/{answer.json['id']}").status == 200


def pages(world: World, token: str) -> None:
    """What people see of it: everything that is found, one event with its form, the organizer, and the sitemap."""
    event = world.get("/events/upcoming").json["results"][0]
    organizer, month = event["organizer"]["id"], event["starts_at"][:7]
    for url in ("/", f"/search?q={event['slug'][:3]}", f"/months/{month}", f"/o/{organizer}", f"/e/{event['id']}"):
        assert world.get(url, Accept="text/html").status in {200, 301}, url
    for url in ("/sitemap.xml", f"/sitemaps/{month}", "/robots.txt", f"/e/{event['id']}-{event['slug']}/mailed"):
        assert world.get(url).status == 200, url
    later = world.get("/me/events", token).json["results"][-1]
    assert world.post(f"/e/{later['id']}", {"name": "Kim", "email": "kim.page@example.org"}).status in {303, 409}
    world.work()


def lists(world: World, token: str) -> None:
    for url in ("/events", "/events/upcoming", "/events/available", "/health", "/countries/DE"):
        assert world.get(url).status == 200, url
    for url in ("/me/events", "/me/enrollments", "/me/enrollments?when=upcoming"):
        assert world.get(url, token).status == 200, url


def records(world: World, token: str) -> None:
    """Attendee records are kept, found, changed and deleted; one's own is added to; a guest signs up."""
    made = world.post("/attendees", {"first_name": "Grace", "email": "grace@example.org"}, token, Idempotency_Key="g")
    assert made.status == 201, made.text
    assert world.post("/attendees", {"first_name": "Other", "email": "GRACE@example.org"}, token).code == "email_taken"
    grace, own = f"/attendees/{made.json['id']}", f"/attendees/{world.get('/auth/me', token).json['id']}"
    for url in ("/attendees?q=gra", "/attendees?email=grace@example.org", grace, own, f"{grace}/enrollments"):
        assert world.get(url, token).status == 200, url
    assert world.patch(grace, {"email": "hopper@example.org", "phone": "+12025550123"}, token).status == 200
    assert world.put(grace, {"first_name": "Grace"}, token).status == 200
    assert world.patch(own, {"phone": "+4930901820"}, token).status == 200
    assert world.patch(own, {"date_of_birth": "1990-12-31"}, token).status == 200
    assert world.delete(grace, token).status == 204
    guest = world.container.store.people.guest("gil@example.org", world.clock())
    assert world.container.store.people.guest("GIL@example.org", world.clock()) == guest
    world.post("/auth/signup", {"email": "uma@example.org", "password": PASSWORD})
    assert world.container.store.people.guest("uma@example.org", world.clock()).email == "uma@example.org"
    assert world.get("/auth/me", world.signed_up("gil@example.org", username="gil")).json["id"] == guest.id


def links(world: World, organizer: str, seeker: str) -> None:
    """Mailed links, a ticket, and a waitlist that the mail sender finds unserved: it takes holds back and promotes."""
    event = world.an_event(organizer, title="Linked", capacity=1)["id"]
    url = f"/events/{event}/enrollments"
    held = world.post(url, {"confirm": False}, seeker).json
    waiting = world.post(url, {"waitlist": True}, world.signed_up("wanda@example.org")).json
    world.clock.advance(timedelta(minutes=16))
    world.work()  # the hold is over: its seat goes to who waits
    token = link_of(world, waiting)
    assert world.get(f"/g/{token}").status == 200
    assert world.get(f"/enrollments/{waiting['id']}", token).json["status"] == "confirmed"
    assert world.get(f"/enrollments/{waiting['id']}/ticket.svg", token).status == 200
    late = link_of(world, held)
    assert world.post(f"/g/{late}", {"action": "confirm"}).code == "event_full"
    assert world.post(f"/g/{late}", {"action": "join"}, Accept="application/json").json["position"] == 1
    raised_and_died(world, event)
    world.work()
    assert world.get(f"/g/{late}", Accept="application/json").json["status"] == "confirmed"
    world.work()
    assert world.post(f"/g/{late}", {"action": "cancel"}, Accept="application/json").status == 200
    empty = world.container.security.links.token(
        EnrollmentKey.of(event, 1, world.get("/auth/me", organizer).json["id"])
    )
    assert world.get(f"/g/{empty}").status == 200
    world.work()


def taken_for_another(world: World, organizer: str, seeker: str) -> None:
    """A seat held for somebody else, that the mail sender takes back and gives to who waits."""
    url = f"/events/{world.an_event(organizer, title='For another', capacity=1)['id']}/enrollments"
    record = world.post("/attendees", {"first_name": "Ann"}, seeker).json["id"]
    assert world.post(url, {"attendee_id": record, "confirm": False}, seeker).json["status"] == "pending"
    assert world.post(url, {"waitlist": True}, organizer).json["status"] == "waitlisted"
    world.clock.advance(timedelta(minutes=16))
    world.work()


def raised_and_died(world: World, event_id: str) -> None:
    """One more seat, by a request that died before it promoted anybody."""
    found = world.container.store.events.with_seats(event_id, consistent=True)
    assert found
    event, seats = found
    after = event.changed(world.clock(), facts=replace(event.facts, capacity=seats.capacity + 1))
    world.container.store.events.replace(event, after, seats=seats, reseat=Reseat(change=1, steps=[1]))


def guests(world: World) -> None:
    """Guests who are new, known and too late; links that confirm, wait and leave; a hold that ends; a sign-up."""
    for capacity in (1, 600):
        organizer = world.logged_in("ada@example.org")["access"]
        event = world.an_event(organizer, title="Guests", capacity=capacity)["id"]
        url, tokens = f"/events/{event}/enrollments", []
        for name in ("una", "vic"):
            body = {"name": name, "email": f"{name}.{capacity}@example.org"}
            for _ in range(2):
                assert world.post(url, body, Idempotency_Key=name).status == 202
            assert world.post(url, body).status == 202
            key = world.container.store.people.by_email(body["email"])
            found = world.container.store.events.with_seats(event)
            assert key
            assert found
            row = EnrollmentKey.of(event, found[0].buckets, key.id)
            tokens.append(world.container.security.links.token(row))
        world.work()
        una, vic = (f"/g/{token}" for token in tokens)
        assert world.get(f"{vic}?party_size=2").status == 200
        action = "join" if capacity == 1 else "confirm"
        assert world.post(vic, {"action": action}, Accept="application/json").status == 200
        world.clock.advance(timedelta(hours=1))
        assert world.post(una, {"action": "confirm"}, Accept="application/json").status in {200, 409}
        assert world.post(vic, {"action": "cancel"}, Accept="application/json").status == 200
        world.work()
    assert world.get("/me/enrollments", world.signed_up("vic.600@example.org")).json["count"] == 1


def announcements(world: World, organizer: str, seeker: str) -> None:
    """What the people of an event are told: changes, some of them taken back, and messages."""
    for capacity in (5, 600):
        url = f"/events/{world.an_event(organizer, title='Told', capacity=capacity)['id']}"
        assert world.post(f"{url}/enrollments", {}, seeker).status == 201
        for body in ({"location": "Hall 1"}, {"title": "Told again"}, {"title": "Told", "notify": False}):
            assert world.patch(url, body, organizer).status == 200
        world.clock.advance(timedelta(minutes=6))
        world.tick()
        world.work()
        for location in ("Hall 2", "Hall 1"):
            assert world.patch(url, {"location": location}, organizer).status == 200
        world.clock.advance(timedelta(minutes=6))
        world.tick()
        world.work()
        message = {"subject": "Hello", "body": "Bring a laptop.", "segment": "confirmed"}
        confirm = world.post(f"{url}/messages", message, organizer).json["confirm"]
        for _ in range(2):
            sent = world.post(f"{url}/messages?confirm={confirm}", message, organizer, Idempotency_Key=f"m{capacity}")
            assert sent.status == 202, sent.text
        world.work()
        assert world.get(f"{url}/messages", organizer).json["results"][0]["deliveries"]["mails"] == 1
        assert world.patch(url, {"location": "Hall 3"}, organizer).status == 200
        confirmed(world, "POST", f"{url}/cancel", organizer)


def at_the_door(world: World, organizer: str, seeker: str) -> None:
    """The organizer's work on the day: who waits, who came, who did not, and the table of them all."""
    settings = {"starts_at": "2026-07-01T09:00:00Z", "ends_at": "2026-07-01T12:00:00Z", "no_show_release_minutes": 30}
    for capacity in (1, 600):
        event = world.an_event(organizer, title="Day", capacity=capacity, **settings)["id"]
        url = f"/events/{event}"
        grace = world.post("/attendees", {"first_name": "Grace"}, seeker).json["id"]
        came = world.post(f"{url}/enrollments", {"attendee_id": grace}, seeker).json["id"]
        world.post(f"{url}/enrollments", {"waitlist": True}, seeker)
        world.work()
        checked = f"/enrollments/{came}/check-in"
        assert world.post(checked, None, organizer, Idempotency_Key=f"door-{event}").status == 200
        assert world.delete(checked, organizer).status == 204
        scans = {"rows": [{"enrollment_id": came}, {"code": "junk"}, {"enrollment_id": came, "undo": True}]}
        handed = world.post(f"{url}/check-ins", scans, organizer, Idempotency_Key=f"batch-{event}")
        assert [one["status"] for one in handed.json["results"]] == ["checked_in", "refused", "undone"]
        for path in (f"{url}/waitlist", f"{url}/waitlist?page_size=1", f"{url}/enrollments?q=gra"):
            assert world.get(path, organizer).status == 200, path
        assert world.get(f"{url}/waitlist").status == 200
        assert world.get(f"{url}/enrollments.csv", organizer).status == 200
        assert world.get(f"/enrollments/{came}/history", seeker).status == 200
        assert world.get("/me/enrollments?made_by=me&status=confirmed", seeker).json["count"] > 0
        assert world.patch(url, {"no_show_release_minutes": 15}, organizer).status == 200
        held = world.post(f"{url}/enrollments", {"confirm": False, "waitlist": True}, organizer).json
        act = "cancel" if held["status"] == "waitlisted" else "confirm"
        assert world.post(f"/enrollments/{held['id']}/{act}", None, organizer).status == 200
        confirmed(world, "POST", f"{url}/cancel", organizer)


def changes(world: World, organizer: str, seeker: str) -> None:
    """Enrollments edited, handed on, promoted, told of again; and what enrolling would do. One shard and four."""
    for fields in ({"capacity": 3}, {"capacity": 501}):
        url = f"/events/{world.an_event(organizer, party_max=3, **fields)['id']}"
        assert world.get(f"{url}/eligibility").json["can_enrol"]
        mine = world.post(f"{url}/enrollments", {"party_size": 2}, seeker).json["id"]
        assert world.get(f"{url}/eligibility", seeker).json["code"] == "already_enrolled"
        assert world.post(f"/enrollments/{mine}/resend", None, seeker, Idempotency_Key=f"again-{mine}").status == 202
        assert world.patch(f"/enrollments/{mine}", {"note": "Vegetarian"}, organizer).status == 200
        for size in (3, 1, 2):
            assert world.patch(f"/enrollments/{mine}", {"party_size": size}, seeker).json["party_size"] == size
        assert world.put(f"/enrollments/{mine}", {"party_size": 2}, seeker).status == 200
        grace = {"name": "Grace", "email": "grace@example.org"}
        given = world.post(f"/enrollments/{mine}/transfer", grace, seeker, Idempotency_Key=f"give-{mine}").json["id"]
        kim = world.post("/attendees", {"first_name": "Kim"}, organizer).json["id"]
        kims = world.post(f"/enrollments/{given}/transfer", {"attendee_id": kim}, organizer).json["id"]
        back = world.post(f"/enrollments/{kims}/transfer", {"name": "Bob", "email": "bob@example.org"}, organizer)
        assert (back.status, back.json["id"]) == (201, mine)  # over the row that was handed on
    small = f"/events/{world.an_event(organizer, capacity=2, party_max=2)['id']}"
    assert world.post(f"{small}/enrollments", {}, organizer).json["status"] == "confirmed"
    wide = {"party_size": 2, "waitlist": True}
    record = world.post("/attendees", {"first_name": "Jean"}, organizer).json["id"]
    head = world.post(f"{small}/enrollments", {**wide, "attendee_id": record}, organizer).json["id"]
    chosen = world.post(f"{small}/enrollments", {"waitlist": True}, seeker).json["id"]
    assert world.get(f"{small}/eligibility").json["code"] == "event_full"
    assert world.post(f"/enrollments/{chosen}/promote", None, organizer, Idempotency_Key="choice").status == 200
    assert world.patch(f"/enrollments/{head}", {"party_size": 1}, organizer).json["status"] == "waitlisted"
    world.work()


def finding(world: World, organizer: str) -> None:
    """Events are found by their words and properties; a long text takes several transactions to be indexed."""
    words = " ".join(f"{a}{b}{c}" for a in "bdfgk" for b in "aeiou" for c in "lmnr")
    place = {"location": "Hall 1, Köln", "country": "DE", "language": "en", "tags": ["web"]}
    url = f"/events/{world.an_event(organizer, title='Straße und Café', description=words, **place)['id']}"
    other = world.an_event(organizer, title="Short", location="Hall 2")["id"]
    world.work()
    for query in ("q=strasse+caf", "title=STRASSE", "location=kol", "country=DE&language=en&tag=web", "q=bal+fem"):
        for path in ("/events", "/events/upcoming", "/events/available"):
            assert [one["title"] for one in world.get(f"{path}?{query}").json["results"]] == ["Straße und Café"], query
    assert world.get("/me/events?q=bal", organizer).json["count"] == 1
    assert world.get("/events?q=hall&ordering=-title").json["count"] == 2
    assert world.get("/events?ordering=created_at&status=cancelled").status == 200
    moved = {"title": "Other", "description": "", "starts_at": "2026-09-01T09:00:00Z"}
    assert world.patch(url, moved, organizer).status == 200
    assert world.get("/events?q=caf").json["results"] == []  # before the index knows
    world.work()
    assert world.get("/events?q=other").json["count"] == 1
    assert world.delete(f"/events/{other}", organizer).status == 204
    assert world.get("/events?q=short").json["results"] == []
    world.work()


def calendars(world: World, organizer: str) -> None:
    """Everything that calendars read, and an address that is renewed."""
    event = world.an_event(organizer, title="In calendars")
    assert world.post(f"/events/{event['id']}/enrollments", {}, organizer).status == 201
    assert world.get(f"/events/{event['id']}/calendar.ics").status == 200
    assert world.get(f"/organizers/{event['organizer']['id']}/calendar.ics").status == 200
    old = world.get("/auth/me/feeds", organizer).json["url"].removeprefix("https://api.test")
    new = world.post("/auth/me/feeds", None, organizer).json["url"].removeprefix("https://api.test")
    assert (world.get(old).status, world.get(new).status) == (404, 200)
    world.work()


def mailboxes(world: World, organizer: str) -> None:
    """Mails that come back, at one shard and at four; mails that are not wanted; letters that nobody can handle."""
    for capacity in (2, 600):
        event = world.an_event(organizer, title="Reported", capacity=capacity)["id"]
        name = f"gone.{capacity}@example.org"
        token = world.signed_up(name)
        for waitlist in (False, True):
            made = world.post(f"/events/{event}/enrollments", {"waitlist": waitlist, "party_size": 1}, token)
            assert made.status == (409 if waitlist else 201), made.text
        [mail] = [due for due in world.queue.waiting if due.kind is OutboxKind.ENROLLMENT_CONFIRMED]
        world.work()
        taken = world.handed("feedback", bounce(name, mail.key), delivery(name, mail.key), "junk")
        assert taken["batchItemFailures"] == []
        assert world.get(f"/enrollments/{made.json['enrollment']['id']}", token).json["mail"]["state"] == "bounced"
        assert world.get("/auth/me/preferences", token).json["suppressed"] == "bounce"
        assert world.put("/auth/me/preferences", {"messages": False}, token).status == 200
        link = world.container.notifications.unsubscribe_links.url(Category.REMINDERS, name).removeprefix(
            "https://api.test"
        )
        assert world.get(link).status == 200
        assert world.post(link).status == 200
        assert world.post(f"{link}/undo").status == 200
        again = world.post(f"/enrollments/{made.json['enrollment']['id']}/resend", None, organizer)
        assert again.status == 202, again.text
        world.work()
    poison(world)


def poison(world: World) -> None:
    """A mail that is refused for good, and a job whose runs have vanished."""
    world.post("/auth/signup", {"email": "refused@example.org", "password": PASSWORD})
    mail = world.queue.waiting.pop()
    world.mailer.failures.append(SendRefusedError("MessageRejected"))
    assert world.handed("mail", encode(mail.key), "junk") == {"batchItemFailures": []}
    job = new_entry(OutboxKind.SETTLE, "nobody", {"event": "none"}, now=world.clock(), entry_id="poison")
    world.container.store.dynamo.put(outbox_item(replace(job, tries=MAX_TRIES), job.at))
    assert world.handed("jobs", encode(job.key), "junk") == {"batchItemFailures": []}
    reasons = [reason for _, _, reason in world.dead_letters.letters]
    assert {"refused: MessageRejected", "too many attempts"} <= set(reasons)


def confirmed(world: World, method: str, url: str, token: str) -> None:
    """Cancel or delete an event that people are enrolled in: asked once, then confirmed."""
    act = world.post if method == "POST" else lambda where, _, who: world.delete(where, who)
    asked = act(url, None, token)
    assert asked.code == "confirmation_required", asked.text
    assert act(f"{url}?confirm={asked.json['confirm']}", None, token).status in {200, 204}


def reminders(world: World) -> None:
    """Time passes: a follow-up and a reminder are fanned out and sent."""
    token = str(world.logged_in("ada@example.org")["access"])
    start = (world.clock() + timedelta(minutes=75)).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    event = world.an_event(token, title="Soon", starts_at=start, follow_ups=["PT5M"])["id"]
    assert world.post(f"/events/{event}/enrollments", {}, token).status == 201
    for _ in range(3):
        world.work()
        world.clock.advance(timedelta(minutes=6))
        world.tick()
    world.work()
    kinds = {mail.subject.split(":")[0] for mail in world.mailer.to("ada@example.org") if "Soon" in mail.subject}
    assert len(kinds) == 3, kinds  # confirmed, followed up, reminded


def admins(world: World) -> None:
    """An admin looks around, closes an account, opens it again, and has a dead letter tried again."""
    admin = a_person(world, "root@example.org", roles=(Role.ADMIN,)).token
    other = a_person(world, "closed@example.org", username="closed").id
    for listed in ("users", "users?q=closed", f"users?q={other}", "dead-letters", "figures", "audit"):
        assert world.get(f"/admin/{listed}", admin).status == 200
    for disabled in (True, False):
        answer = world.patch(f"/admin/users/{other}", {"disabled": disabled, "reason": "mistake"}, admin)
        assert answer.status == 200, answer.text
    world.mailer.failures.append(SendRefusedError("MessageRejected"))
    world.work()
    [letter] = world.get("/admin/dead-letters", admin).json["results"]
    assert world.post(f"/admin/dead-letters/{letter['id']}/redrive", None, admin).status == 202
    world.work()


def erasures(world: World) -> None:
    """Everything that is kept of somebody, whole and then not at all; another one stays after all."""
    closed(world, world.signed_up("stays@example.org"))
    assert world.post("/auth/login", {"email": "stays@example.org", "password": PASSWORD}).status == 200
    Busy(world)
    pass_time(world, timedelta(days=8))
    url, token = "/auth/me/export", fresh(world)
    while url:
        answer = world.get(url, token)
        assert answer.status == 200, answer.text
        url = (answer.json["next"] or "").removeprefix("https://api.test")
    erased(world, token)


def story(world: World) -> None:
    organizer, guest = people(world)
    admins(world)
    records(world, organizer)
    links(world, organizer, guest)
    taken_for_another(world, organizer, guest)
    at_the_door(world, organizer, guest)
    changes(world, organizer, guest)
    announcements(world, organizer, guest)
    finding(world, organizer)
    mailboxes(world, organizer)
    calendars(world, organizer)
    small = world.an_event(organizer, capacity=2)["id"]
    a_team(world, organizer, small)
    large = world.an_event(organizer, title="Congress", capacity=5000)["id"]
    draft = world.an_event(organizer, title="Later", status="draft")["id"]
    for event in (small, large):
        made = world.post(f"/events/{event}/enrollments", {}, guest, Idempotency_Key=f"key-{event}")
        assert made.status == 201, made.text
        assert world.post(f"/events/{event}/enrollments", {}, guest, Idempotency_Key=f"key-{event}").status == 201
        assert world.post(f"/events/{event}/enrollments", {}, guest).code == "already_enrolled"
        assert world.get(f"/enrollments/{made.json['id']}", guest).status == 200
        assert world.get(f"/me/enrollments?event={event}", guest).status == 200
        assert world.get(f"/events/{event}").status == 200
        assert world.get(f"/events/{event}/capacity").status == 200
        assert world.get(f"/events/{event}/enrollments", organizer).status == 200
        world.work()
        lists(world, guest)
        assert world.post(f"/enrollments/{made.json['id']}/cancel", None, guest).status == 200
        assert world.post(f"/events/{event}/enrollments", {}, guest).status == 201
        assert (
            world.patch(f"/events/{event}", {"starts_at": "2026-08-02T10:00:00Z", "capacity": 40}, organizer).status
            == 200
        )
    lists(world, organizer)
    pages(world, organizer)
    assert world.post(f"/events/{draft}/publish", None, organizer).status == 200
    assert world.post(f"/events/{draft}/duplicate", {"starts_at": "2026-10-01T10:00:00Z"}, organizer).status == 201
    presents_herself(world, organizer)
    assert world.patch("/auth/me", {"first_name": "Ada", "last_name": "L."}, organizer).status == 200
    confirmed(world, "POST", f"/events/{small}/cancel", organizer)
    confirmed(world, "DELETE", f"/events/{large}", organizer)
    guests(world)
    reminders(world)
    world.queue.lossy = True
    world.post("/auth/signup", {"email": "eve@example.org", "password": PASSWORD})
    world.queue.lossy = False
    world.clock.advance(timedelta(minutes=30))
    world.tick()
    world.work()
    erasures(world)
