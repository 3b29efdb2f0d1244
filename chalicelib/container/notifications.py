"""Building what knows addresses and what became of mails."""

import functools
from typing import TYPE_CHECKING

from chalicelib.container.adapters import Adapters
from chalicelib.services.notifications.ports import DeadLetters
from chalicelib.services.notifications.unsubscribe import UnsubscribeLinks
from chalicelib.store.mail_logs import DynamoMailLogs
from chalicelib.store.mailboxes import DynamoMailboxes

if TYPE_CHECKING:
    from chalicelib.services.notifications.circuit_breaker import Breaker
    from chalicelib.services.notifications.delivery_reports import TakingFeedback
    from chalicelib.services.notifications.status import MailStates
    from chalicelib.services.notifications.unsubscribe import Preferences


class MailboxCases(Adapters):
    @functools.cached_property
    def mailboxes(self) -> DynamoMailboxes:
        from chalicelib.mail.ses import on_the_wire

        return DynamoMailboxes(self.dynamo, self.macs, on_the_wire)

    @functools.cached_property
    def mail_logs(self) -> DynamoMailLogs:
        return DynamoMailLogs(self.dynamo)

    @functools.cached_property
    def mail_states(self) -> "MailStates":
        from chalicelib.services.notifications.status import MailStates

        return MailStates(self.mail_logs)

    @functools.cached_property
    def unsubscribe_links(self) -> UnsubscribeLinks:
        return UnsubscribeLinks(self.macs, self.mailboxes.mac, self.settings.api_at)

    @functools.cached_property
    def preferences(self) -> "Preferences":
        from chalicelib.services.notifications.unsubscribe import Preferences

        return Preferences(self.mailboxes, self.accounts, self.unsubscribe_links, self.clock)

    @functools.cached_property
    def dead_letters(self) -> DeadLetters:
        from chalicelib.mail.dead_letters import SqsDeadLetters

        return self._given_dead_letters or SqsDeadLetters(self.settings.dead_queue_urls)

    @functools.cached_property
    def breaker(self) -> "Breaker":
        from chalicelib.services.notifications.circuit_breaker import Breaker

        return Breaker()

    @functools.cached_property
    def taking_feedback(self) -> "TakingFeedback":
        from chalicelib.services.notifications.delivery_reports import FeedbackPorts, TakingFeedback

        return TakingFeedback(
            FeedbackPorts(
                mailboxes=self.mailboxes,
                logs=self.mail_logs,
                outbox=self.outbox,
                enrollments=self.enrollments,
                seats=self.seats,
                clock=self.clock,
                rng=self.rng,
            )
        )
