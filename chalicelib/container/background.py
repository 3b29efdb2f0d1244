"""What the queues and the schedule run. The tick needs the sweeper only: each is imported where it is made."""

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib import observability
from chalicelib.container import Container
from chalicelib.domain.outbox.entry import OutboxKey
from chalicelib.domain.outbox.queues import QueueName
from chalicelib.observability.metrics import Metric

if TYPE_CHECKING:
    from chalicelib.services.background.jobs import Jobs
    from chalicelib.services.background.sweeper import Sweeper
    from chalicelib.services.notifications.announcements.change_notice_job import ChangeNoticeFanOut
    from chalicelib.services.notifications.announcements.organizer_messages import MessageFanOut
    from chalicelib.services.notifications.reminder_fan_out import ReminderFanOut
    from chalicelib.services.seats.audit import Verdict


class BackgroundCases:
    def __init__(self, container: Container) -> None:
        self._container = container

    @cached_property
    def sweeper(self) -> "Sweeper":
        from chalicelib.services.background.lane import Budget
        from chalicelib.services.background.sweeper import Sweeper

        a_minute = 60 * self._container.settings.mail_rate
        # Of what the provider takes in a minute, the half: the queue stays short for mails that are due now.
        mails = Budget(pushes=a_minute // 2, pushes_due_now=a_minute)
        budgets = {QueueName.JOBS: Budget(), QueueName.MAIL: mails}
        return Sweeper(self._container.store.outbox, self._container.mail.queue, self._container.clock, budgets)

    def _put_back(self, queue: QueueName, key: OutboxKey) -> bool:
        from chalicelib.mail.queue import encode

        return self._container.mail.redriven.bury(queue, encode(key), "redriven by an admin")

    @cached_property
    def jobs(self) -> "Jobs":
        from chalicelib.services.background.jobs import Jobs
        from chalicelib.services.background.ports import JobPorts

        container, store = self._container, self._container.store
        change_notices, messages, reminders = self._fan_outs()
        return Jobs(
            JobPorts(
                outbox=store.outbox,
                enrollments=store.enrollments,
                events=store.events,
                calendar=store.event_lists,
                seats=store.seats,
                accounts=store.accounts,
                queue=container.mail.queue,
                clock=container.clock,
                new_id=container.new_id,
                release=container.seats.release,
                settlement=container.seats.settlement,
                indexer=container.search.indexer,
                nearly_full=container.seats.nearly_full,
                seat_audit=container.seats.audit,
                audited=self._audited,
                change_notices=change_notices,
                messages=messages,
                reminders=reminders,
                erasure=lambda: container.privacy.erasure,
                put_back=self._put_back,
                report=observability.info,
            )
        )

    def _fan_outs(self) -> "tuple[ChangeNoticeFanOut, MessageFanOut, ReminderFanOut]":
        from chalicelib.services.notifications.announcements.authors import MessageAuthors
        from chalicelib.services.notifications.announcements.change_notice_job import ChangeNoticeFanOut
        from chalicelib.services.notifications.announcements.organizer_messages import MessageFanOut
        from chalicelib.services.notifications.fan_out import FanOut
        from chalicelib.services.notifications.reminder_fan_out import ReminderFanOut

        container, store, clock = self._container, self._container.store, self._container.clock
        recent_events, announcements = container.notifications.recent_events, store.announcements
        fan_out = FanOut(enrollments=store.enrollments, outbox=store.outbox, queue=container.mail.queue, clock=clock)
        return (
            ChangeNoticeFanOut(events=store.events, announcements=announcements, fan_out=fan_out, clock=clock),
            MessageFanOut(
                events=store.events,
                announcements=announcements,
                authors=MessageAuthors(store.accounts, clock),
                fan_out=fan_out,
                clock=clock,
            ),
            ReminderFanOut(events=recent_events, fan_out=fan_out, clock=clock, pace=container.pace),
        )

    def _audited(self, verdict: "Verdict") -> None:
        """A mismatch is a metric with an alarm, and a line with the figures; what was not decided is no audit."""
        if not verdict.is_decided:
            observability.info("seat audit undecided", event=verdict.event_id, finding=verdict.finding)
            return
        figures = {Metric.SEAT_AUDITS: 1, Metric.SEAT_AUDIT_MISMATCHES: int(bool(verdict.differences))}
        observability.measure(self._container.settings.table_prefix, figures)
        if verdict.differences:
            pairs = {name: f"{said}, {found} by its enrollments" for name, (said, found) in verdict.differences.items()}
            observability.warn("seat counters differ", event=verdict.event_id, **pairs)
