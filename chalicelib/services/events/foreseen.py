"""What an edit would come to, without writing anything: the answer to a dry run."""

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.enrollments.enrollment import LIVE
from chalicelib.domain.events.event import Event
from chalicelib.domain.events.event_changes import Material, differences
from chalicelib.domain.events.event_facts import EventFacts
from chalicelib.services.events.change import Consequences, EventPorts, EventView
from chalicelib.services.events.change_notices import EditNotice, notice_edit
from chalicelib.services.events.edit_jobs import waiting_in_vain
from chalicelib.services.events.reseat import foreseen_reseat, resized


def notice_of(ports: EventPorts, view: EventView, facts: EventFacts, now: datetime, *, notify: bool) -> EditNotice:
    """The event with other facts, and what its people are to be told of that."""
    edited = view.event.changed(now, facts=facts)
    return notice_edit(view.event, edited, view.seats, now, notify=notify, new_id=ports.new_id)


def foreseen_edit(
    ports: EventPorts, view: EventView, facts: EventFacts, now: datetime, *, notify: bool, shrink: bool
) -> EventView:
    """The view that the edit would answer, with what would follow. Raises `CapacityBelowTakenError`."""
    view, change_of_seats = foreseen_reseat(ports, view, facts, shrink=shrink)
    news = notice_of(ports, view, facts, now, notify=notify)
    seats = resized(view.seats, change_of_seats)
    announced = _announced_of(view.event, news) if notify else ()
    people = sum(seats.counts.get(status.value, 0) for status in LIVE) if announced else 0
    would = Consequences(max(0, -seats.free), announced, people)
    return replace(view, event=news.event, seats=seats, in_vain=waiting_in_vain(ports, view, news.event), would=would)


def _announced_of(before: Event, news: EditNotice) -> tuple[str, ...]:
    """The facts that a mail would tell of, those of edits shortly before it included."""
    new = Material.of(news.event.facts)
    if news.nobody or news.event.notice is None or not differences(Material.of(before.facts), new):
        return ()
    return differences(news.event.notice.before, new)
