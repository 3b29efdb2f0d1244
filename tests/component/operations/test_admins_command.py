"""The operator's command is the only way to become an admin: it is exact, and in the trail."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.accounts.account import Role
from chalicelib.services.accounts.ports import AccountDetails
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.tables import AdminsItem
from operations.admins.__main__ import main, run
from operations.target import TargetError
from tests.support.builders import Person, a_person
from tests.support.people.admin import acts, kinds
from tests.support.problems import problem
from tests.support.stories.busy import closed
from tests.support.world import World


@pytest.fixture
def ada(world: World) -> Person:
    return a_person(world, "ada@example.org")


def test_it_makes_an_admin_with_the_next_request_of_every_login(world: World, ada: Person) -> None:
    problem(world.get("/admin/figures", ada.token), 404, "not_found")

    said = run(world.container, "ADA@example.org", world.clock())

    assert said == f"{ada.id} is an admin now."
    assert world.get("/admin/figures", ada.token).status == 200
    assert world.get("/auth/me", ada.token).json["roles"] == ["seeker", "facilitator", "admin"]
    [act] = acts(world)
    assert (act["admin"], act["what"], act["about"]) == ("operator", "grant_admin", ada.id)
    assert "ada@example.org" not in str(act)


def test_and_ends_it_but_for_the_last_one(world: World, ada: Person) -> None:
    run(world.container, ada.email, world.clock())
    with pytest.raises(TargetError, match="is the last admin"):
        run(world.container, ada.email, world.clock(), revoke=True)
    other = a_person(world, "other@example.org")
    run(world.container, other.email, world.clock())
    world.clock.advance(timedelta(seconds=1))

    assert run(world.container, ada.email, world.clock(), revoke=True) == f"{ada.id} is no admin now."

    problem(world.get("/admin/figures", ada.token), 404, "not_found")
    assert world.get("/auth/me", ada.token).json["roles"] == ["seeker", "facilitator"]
    assert kinds(world) == ["grant_admin", "grant_admin", "revoke_admin"]


def test_twice_is_once(world: World, ada: Person) -> None:
    run(world.container, ada.email, world.clock())

    assert run(world.container, ada.email, world.clock()) == f"{ada.id} is an admin already."
    assert run(world.container, a_person(world, "o@example.org").email, world.clock(), revoke=True).endswith("already.")
    assert kinds(world) == ["grant_admin"]


def test_a_dry_run_does_nothing(world: World, ada: Person) -> None:
    said = run(world.container, ada.email, world.clock(), dry_run=True)

    assert said == f"{ada.id} would become an admin, with 1 logins."
    assert acts(world) == []
    problem(world.get("/admin/figures", ada.token), 404, "not_found")


def test_an_admin_from_before_the_set_was_kept_is_put_into_it(world: World) -> None:
    admin = a_person(world, "root@example.org", roles=(Role.ADMIN,))
    gone = [AdminsItem.ids.delete({admin.id})]
    world.container.store.dynamo.update(AdminsItem, keys.ADMINS, gone, None)

    assert run(world.container, admin.email, world.clock()) == f"{admin.id} is an admin now."
    assert world.container.store.admins.is_admin(admin.id)


@pytest.mark.parametrize("fields", [{"email_verified": False}, {"disabled": True}])
def test_whoever_could_not_log_in_does_not_become_one(world: World, fields: dict[str, Any]) -> None:
    bob = a_person(world, "bob@example.org", **fields)

    with pytest.raises(TargetError, match=bob.id):
        run(world.container, bob.email, world.clock())

    assert acts(world) == []


def test_who_is_to_be_erased_does_not_become_one_before_a_login_keeps_the_account(world: World, ada: Person) -> None:
    """It would stay in the set of admins when it is gone, and the last one who can log in could end their role."""
    closed(world, ada.token)

    with pytest.raises(TargetError, match="is to be erased"):
        run(world.container, ada.email, world.clock())

    assert not world.container.store.admins.is_admin(ada.id)
    token = world.logged_in(ada.email)["access"]
    assert run(world.container, ada.email, world.clock()) == f"{ada.id} is an admin now."
    assert world.get("/admin/figures", token).status == 200


def test_who_becomes_one_while_they_close_their_account_keeps_it(
    world: World, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts, real = world.container.store.accounts, world.container.store.accounts.details

    def raced(user_id: str) -> AccountDetails | None:
        monkeypatch.undo()
        run(world.container, ada.email, world.clock())
        return real(user_id)

    monkeypatch.setattr(accounts, "details", raced)

    problem(world.delete("/auth/me", ada.token), 409, "own_account")

    assert world.get("/admin/figures", ada.token).status == 200


def test_who_has_no_account_is_told_to_sign_up(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.container.store.people.guest("guest@example.org", world.clock())
    for address in ("nobody@example.org", "guest@example.org"):
        with pytest.raises(TargetError, match="has no account"):
            run(world.container, address, world.clock())
    with pytest.raises(SystemExit):
        main(["ada"])
    assert "'ada' is no e-mail address" in capsys.readouterr().err


def test_a_login_in_that_very_moment_gets_the_role_too(world: World, ada: Person) -> None:
    admins, real = world.container.store.admins, world.container.store.admins.grant

    def raced(*arguments: object) -> None:
        admins.grant = real  # type: ignore[method-assign]
        world.logged_in(ada.email)
        real(*arguments)  # type: ignore[arg-type]

    admins.grant = raced  # type: ignore[method-assign, assignment]
    run(world.container, ada.email, world.clock())

    details = world.container.store.accounts.details(ada.id)
    assert details is not None
    assert [Role.ADMIN in session.roles for session in details.sessions] == [True, True]
    assert kinds(world) == ["grant_admin"]
