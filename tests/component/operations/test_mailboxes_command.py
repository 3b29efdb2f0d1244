"""The operator's command: what is known of an address, and sending to it again."""

from datetime import timedelta

import pytest

from chalicelib.domain.notifications.email_preferences import Category, Suppression
from operations.mailboxes.__main__ import main, run
from tests.support.fakes import START
from tests.support.world import World

ADA = "ada@example.org"


def test_an_address_is_shown_with_what_is_known_of_it(world: World) -> None:
    mailboxes = world.container.store.mailboxes
    mailboxes.suppress(ADA, Suppression.BOUNCE, START)
    mailboxes.mute(mailboxes.mac(ADA), Category.MESSAGES, START)

    assert run(world.container, "show", ADA, START) == [
        "suppressed: bounce since 2026-06-01T09:00:00Z",
        "unsubscribed: messages",
    ]
    assert run(world.container, "show", "bob@example.org", START) == ["suppressed: no", "unsubscribed: nothing"]


def test_lifting_lets_the_next_mail_out_and_leaves_what_was_unsubscribed(world: World) -> None:
    mailboxes = world.container.store.mailboxes
    mailboxes.suppress(ADA, Suppression.COMPLAINT, START)
    mailboxes.mute(mailboxes.mac(ADA), Category.MESSAGES, START)

    told = run(world.container, "lift", "ADA@example.org", START + timedelta(hours=1))

    assert told[0].startswith("Lifted")
    assert mailboxes.get(ADA).suppressed is None
    assert mailboxes.get(ADA).muted == {Category.MESSAGES}
    assert run(world.container, "lift", ADA, START + timedelta(hours=2))[0] == "Nothing was suppressed."


def test_a_dry_run_says_what_would_be_lifted_and_lifts_nothing(world: World) -> None:
    mailboxes = world.container.store.mailboxes
    mailboxes.suppress(ADA, Suppression.BOUNCE, START)

    told = run(world.container, "lift", ADA, START + timedelta(hours=1), dry_run=True)

    assert told[:2] == ["It would be lifted; nothing was.", "suppressed: bounce since 2026-06-01T09:00:00Z"]
    assert mailboxes.get(ADA).suppressed is Suppression.BOUNCE


def test_what_is_no_address_is_refused_before_anything_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["lift", "ada"])

    assert "'ada' is no e-mail address" in capsys.readouterr().err
