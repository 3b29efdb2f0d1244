"""One long story that makes the application do everything it can do: for what must be true of every call it makes."""

from datetime import timedelta

from tests.support.world import PASSWORD, World


def people(world: World) -> tuple[str, str]:
    """Two accounts, and everything that one does with an account; their tokens."""
    first = world.signed_up("ada@example.org", username="ada")
    world.post("/auth/signup", {"email": "bob@example.org", "password": PASSWORD})
    world.post("/auth/resend-otp", {"email": "bob@example.org"})
    world.post("/auth/signup", {"email": "ada@example.org", "password": PASSWORD})
    world.post("/auth/signup", {"email": "bob@example.org", "password": PASSWORD, "username": "robert"})
    code = world.code_for("bob@example.org")
    world.post("/auth/verify-email", {"email": "bob@example.org", "otp": "000000" if code != "000000" else "111111"})
    world.post("/auth/verify-email", {"email": "bob@example.org", "otp": code})
    second = world.logged_in("bob@example.org")
    assert world.post("/auth/refresh", {"refresh": second["refresh"]}).status == 200
    assert world.patch("/auth/me", {"username": "bobby", "first_name": "Bob"}, second["access"]).status == 200
    assert world.get("/auth/me", second["access"]).status == 200
    changed = world.post(
        "/auth/change-password", {"old_password": PASSWORD, "new_password": PASSWORD + "!"}, second["access"]
    )
    assert changed.status == 200, changed.text
    assert world.post("/auth/logout", None, world.logged_in("ada@example.org")["access"]).status == 204
    return first, str(changed.json["access"])


def lists(world: World, token: str) -> None:
    for url in ("/events", "/events/upcoming", "/events/available", "/health", "/countries/DE"):
        assert world.get(url).status == 200, url
    for url in ("/me/events", "/me/enrollments", "/me/enrollments?when=upcoming"):
        assert world.get(url, token).status == 200, url


def confirmed(world: World, method: str, url: str, token: str) -> None:
    """Cancel or delete an event that people are enrolled in: asked once, then confirmed."""
    act = world.post if method == "POST" else lambda where, _, who: world.delete(where, who)
    asked = act(url, None, token)
    assert asked.code == "confirmation_required", asked.text
    assert act(f"{url}?confirm={asked.json['confirm']}", None, token).status in {200, 204}


def story(world: World) -> None:
    organizer, guest = people(world)
    small = world.an_event(organizer, capacity=2)["id"]
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
    assert world.post(f"/events/{draft}/publish", None, organizer).status == 200
    assert world.patch("/auth/me", {"first_name": "Ada", "last_name": "L."}, organizer).status == 200
    confirmed(world, "POST", f"/events/{small}/cancel", organizer)
    confirmed(world, "DELETE", f"/events/{large}", organizer)
    world.queue.lossy = True
    world.post("/auth/signup", {"email": "eve@example.org", "password": PASSWORD})
    world.queue.lossy = False
    world.clock.advance(timedelta(minutes=30))
    world.tick()
    world.work()
