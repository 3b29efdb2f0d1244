"""What became of the last mail about an enrollment, beside the enrollment."""

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.domain.outbox.entry import OutboxKey
from chalicelib.services.enrollments.view import EnrollmentView
from chalicelib.services.notifications.ports import MailLogs


class MailStates:
    def __init__(self, logs: MailLogs) -> None:
        self._logs = logs

    def beside(self, entries: Sequence[EnrollmentView]) -> list[EnrollmentView]:
        """The same entries with their mail, in one batch read; without where the log is cleaned away."""
        places = [entry.enrollment.mail_place for entry in entries]
        keys = {place: OutboxKey.at(place) for place in places if place}
        logs = self._logs.by_keys(list(keys.values()))
        found = [logs.get(keys[place]) if place else None for place in places]
        return [
            replace(entry, mail=log if entry.shows_letters else None) for entry, log in zip(entries, found, strict=True)
        ]
