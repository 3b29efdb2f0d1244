"""The import over HTTP: everything arrives exactly once, however the server, the network or the user behave."""

import json
import re
import stat
import threading
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from devtools.demo import organizer
from devtools.demo.conferences import load
from devtools.demo.errors import DemoError
from devtools.demo.journal import Journal, Start, read
from devtools.demo.mapping import event_body
from tests.unit.demo.conftest import TODAY, Demo
from tests.unit.demo.fake_turnout import FakeTurnout


def titles(turnout: FakeTurnout) -> list[str]:
    return sorted(event["title"] for event in turnout.events.values())


def expected_titles(limit: int = 40) -> list[str]:
    return sorted(conference.title.strip() for conference in load()[:limit])


def test_everything_is_imported_once_several_at_a_time_by_one_verified_organizer(
    turnout: FakeTurnout, demo: Demo
) -> None:
    turnout.meeting = threading.Barrier(4)

    printed = demo(limit=40, workers=4)

    assert titles(turnout) == expected_titles()
    assert len(turnout.accounts) == 1
    assert turnout.most_at_once == 4
    assert "40 conferences imported in" in printed


def test_what_is_posted_is_the_mapped_conference(turnout: FakeTurnout, demo: Demo) -> None:
    demo(limit=1)

    (event,) = turnout.events.values()
    body = event_body(load()[0], TODAY)
    assert {name: event[name] for name in body} == body | {"starts_at": "2027-02-07T07:00:00Z"}


def test_the_hints_name_an_event_that_exists_and_a_login_that_works(turnout: FakeTurnout, demo: Demo) -> None:
    printed = demo()

    (event_id,) = set(re.findall(r"/events/(event-\d+)", printed))
    credentials = json.loads(re.findall(r"-d '(\{\"email.*?\})'", printed)[0])
    smallest = min(event["capacity"] for event in turnout.events.values())
    assert turnout.events[event_id]["capacity"] == smallest
    assert turnout.accounts[credentials["email"]]["password"] == credentials["password"]


def test_a_finished_run_says_so_and_posts_nothing(turnout: FakeTurnout, demo: Demo) -> None:
    demo()
    posts = turnout.posts

    printed = demo()

    assert "All 40 conferences are imported already." in printed
    assert turnout.posts == posts


def test_a_larger_limit_later_adds_what_is_missing(turnout: FakeTurnout, demo: Demo) -> None:
    demo(limit=10)

    printed = demo(limit=40)

    assert "10 of 40 conferences are imported already; continuing." in printed
    assert "30 conferences imported in" in printed
    assert titles(turnout) == expected_titles()


def test_a_busy_server_is_asked_again(turnout: FakeTurnout, demo: Demo) -> None:
    turnout.faults = dict.fromkeys((1, 2, 3, 10, 20, 21), "busy")

    demo()

    assert titles(turnout) == expected_titles()
    assert turnout.posts == 46


def test_a_server_that_stays_busy_ends_the_run_with_one_sentence(turnout: FakeTurnout, demo: Demo) -> None:
    turnout.faults = dict.fromkeys(range(11, 10_000), "busy")

    with pytest.raises(DemoError, match=r"^http://\S+ keeps answering 503: look at .* continues where it stopped\.$"):
        demo(patience=0.3)

    turnout.faults = {}
    assert "30 conferences imported in" in demo()
    assert titles(turnout) == expected_titles()


def test_a_connection_that_drops_after_the_event_was_created_makes_no_second_event(
    turnout: FakeTurnout, demo: Demo
) -> None:
    turnout.faults = dict.fromkeys((1, 7, 8, 30), "drop")

    demo()

    assert titles(turnout) == expected_titles()
    assert turnout.posts == 44


def test_an_expired_token_is_refreshed_once_although_every_worker_meets_it(turnout: FakeTurnout, demo: Demo) -> None:
    turnout.meeting = threading.Barrier(4)
    turnout.faults = {1: "expire"}

    demo(workers=4)

    assert titles(turnout) == expected_titles()
    assert turnout.refreshes == 1


def test_a_refresh_token_that_died_means_a_new_login(turnout: FakeTurnout, demo: Demo) -> None:
    turnout.faults = {10: "expire"}
    turnout.refresh_works = False

    demo()

    assert titles(turnout) == expected_titles()


def test_a_refusal_stops_the_run_with_its_reason_and_the_next_run_continues(turnout: FakeTurnout, demo: Demo) -> None:
    turnout.faults = {20: "refuse"}
    reason = r"400 invalid_request; The request is wrong\.; /title: must be polite"

    with pytest.raises(DemoError, match=rf"^The API refused the conference '.+' \({reason}\)\.$"):
        demo(workers=1)

    assert re.search(r"(19|20) of 40 conferences are imported already; continuing\.", demo())
    assert titles(turnout) == expected_titles()


def test_a_server_that_was_reset_is_recognised_and_everything_starts_over(turnout: FakeTurnout, demo: Demo) -> None:
    demo()
    turnout.reset()

    printed = demo()

    assert "The data of the last run is gone (the server was reset): starting over." in printed
    assert titles(turnout) == expected_titles()


def test_events_that_the_server_lost_are_imported_again_under_new_keys(turnout: FakeTurnout, demo: Demo) -> None:
    """Deleted events are remembered by the idempotency keys that created them: those would answer with what is gone."""
    demo()
    for event_id in list(turnout.events)[10:20]:
        del turnout.events[event_id]

    printed = demo()

    assert "The server no longer has 10 of the imported conferences; they are imported again." in printed
    assert titles(turnout) == expected_titles()
    assert "All 40" in demo()


def test_events_without_a_line_in_the_journal_are_adopted(turnout: FakeTurnout, demo: Demo, journal: Path) -> None:
    """The run was killed between the answers and the journal, and is continued when the keys are forgotten."""
    demo()
    lines = journal.read_text().splitlines(keepends=True)
    journal.write_text("".join(lines[:21]) + lines[21][:30])
    turnout.answered.clear()
    posts = turnout.posts

    printed = demo(today=TODAY + timedelta(days=200))

    assert "All 40 conferences are imported already." in printed
    assert turnout.posts == posts
    assert set(read(journal)[1].values()) == set(turnout.events)  # type: ignore[index]


def test_a_run_continued_on_another_day_posts_times_that_lie_ahead(turnout: FakeTurnout, demo: Demo) -> None:
    demo(limit=20)
    later = TODAY + timedelta(days=200)

    demo(limit=40, today=later)

    assert titles(turnout) == expected_titles()
    assert all(event["starts_at"] > later.isoformat() for event in list(turnout.events.values())[20:])


def test_other_events_of_the_organizer_do_not_disturb(turnout: FakeTurnout, demo: Demo) -> None:
    demo()
    own = {"id": "own", "organizer": next(iter(turnout.accounts)), "title": "Mine", "starts_at": "2027-01-01T00:00:00Z"}
    turnout.events["own"] = own

    assert "All 40" in demo()
    assert len(turnout.events) == 41


def test_an_event_that_was_answered_and_never_created_is_found_by_the_count_and_repaired(
    turnout: FakeTurnout, demo: Demo
) -> None:
    turnout.faults = {5: "ghost"}

    with pytest.raises(DemoError, match=r"^The API counts 39 events of the demo organizer where 40 were created: run"):
        demo()

    assert "1 conferences imported in" in demo()
    assert titles(turnout) == expected_titles()


def test_a_line_is_in_the_journal_as_soon_as_its_event_exists(journal: Path) -> None:
    start = Start(organizer.Login.new(), TODAY)

    with closing(Journal(journal, start, {"one": "event-1"})) as kept:
        kept.add("two", "event-2")

        assert read(journal) == (start, {"one": "event-1", "two": "event-2"})


def test_the_journal_holds_a_password_and_only_its_owner_reads_it(demo: Demo, journal: Path) -> None:
    demo(limit=1)

    assert stat.S_IMODE(journal.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", ["", "{}\n", "not json\n", '{"login": 1}\n', "\0\xff\n"])
def test_a_journal_that_says_nothing_is_no_journal(demo: Demo, journal: Path, content: str) -> None:
    journal.parent.mkdir()
    journal.write_text(content)

    assert "40 conferences imported in" in demo()


def test_without_an_api_the_sentence_says_how_to_start_it(turnout: FakeTurnout, demo: Demo) -> None:
    turnout.close()

    with pytest.raises(DemoError, match=r"^No API answers at http://\S+: start it with `make run` in another terminal"):
        demo()


def test_the_code_is_the_six_digits_of_the_newest_mail_and_not_a_longer_number(turnout: FakeTurnout) -> None:
    turnout.codes["a+b@example.com"] = "012345"

    assert organizer.mailed_code(turnout.url, "a+b@example.com") == "012345"


def test_without_a_mailbox_the_sentence_says_so() -> None:
    with pytest.raises(DemoError, match=r"^No mailbox answers at http://127\.0\.0\.1:9: start both with `make run`\.$"):
        organizer.mailed_code("http://127.0.0.1:9", "a@example.com")
