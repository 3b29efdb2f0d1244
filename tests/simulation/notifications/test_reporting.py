"""Feedback under crashes, lost responses, throttles and conflicts at every call: fates, marks and counts agree."""

from datetime import datetime
from typing import Any

import pytest

from chalicelib.container import Container
from chalicelib.domain.enrollments.enrollment import Enrollment
from chalicelib.domain.notifications.delivery_report import Feedback
from chalicelib.domain.outbox.entry import OutboxEntry, OutboxKey
from chalicelib.domain.shared.times import stamp
from chalicelib.services.notifications.delivery.delivery_reports import DeliveryReportPorts, DeliveryReports
from chalicelib.store.dynamo.tables import OutboxItem
from chalicelib.store.notifications.mail_logs import DynamoMailLogs
from tests.simulation.notifications.reporting import reporting
from tests.simulation.seeds import broken_runs, is_caught
from tests.simulation.world import SimWorld

SEEDS = 4


def test_what_was_reported_is_what_is_known() -> None:
    assert broken_runs(range(SEEDS), reporting) == {}


@pytest.mark.deep
def test_it_is_known_in_many_more_schedules() -> None:
    assert broken_runs(range(SEEDS, 3_000), reporting) == {}


class Forgetful(DynamoMailLogs):
    """Writes whatever came last."""

    def record(self, key: OutboxKey, feedback: Feedback, at: datetime, detail: str) -> None:
        actions = [OutboxItem.feedback.set(feedback.value), OutboxItem.feedback_at.set(stamp(at))]
        self._dynamo.retries.run(lambda: self._dynamo.update(OutboxItem, (key.bucket, key.place), actions, None))


class Late(DeliveryReports):
    """Marks an enrollment whichever of its mails came back."""

    @staticmethod
    def _concerns(row: Enrollment, intent: OutboxEntry) -> bool:
        return row.is_live and row.bounced_at is None


class Once(DeliveryReports):
    """Takes a notice for done when its mail is noted already: what a crash left undone stays so."""

    def record(self, report: Any) -> Feedback:
        if report.intent:
            log = self._ports.logs.by_keys([report.intent]).get(report.intent)
            if log and log.feedback is not None and log.feedback is report.feedback:
                return log.feedback
        return super().record(report)


def ports(made: Container) -> DeliveryReportPorts:
    return made.notifications.delivery_reports._ports


def forgetful(made: Container) -> None:
    made.store.mail_logs = Forgetful(made.store.dynamo)


def late(made: Container) -> None:
    made.notifications.delivery_reports = Late(ports(made))


def once(made: Container) -> None:
    made.notifications.delivery_reports = Once(ports(made))


@pytest.mark.parametrize(("change", "known"), [(forgetful, 0), (late, 2), (once, 36)])
def test_a_careless_worker_is_caught(change: Any, known: int) -> None:
    def tamper(world: SimWorld) -> None:
        world.tamper(change)

    assert is_caught(known, 300, lambda seed: bool(reporting(seed, tamper=tamper)))
