"""The last step of a mail: not to an address that must not be written to, not over the budget of its mailbox, and not
while the provider is paused.
"""

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.domain.notifications.delivery_report import INTENT_TAG, tag_of
from chalicelib.domain.outbox.entry import OutboxEntry
from chalicelib.domain.shared.mail_budget import Line
from chalicelib.services.notifications.delivery.circuit_breaker import Breaker, back_off
from chalicelib.services.notifications.mails.kinds import MAIL_KINDS
from chalicelib.services.notifications.mails.mail_budgets import MailBudgets
from chalicelib.services.notifications.ports import (
    Mailboxes,
    Mailer,
    RenderedEmail,
    SendingPausedError,
    SendLaterError,
    SendRefusedError,
)
from chalicelib.services.shared.outcomes import OutdatedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    mailer: Mailer
    mailboxes: Mailboxes
    budgets: MailBudgets
    breaker: Breaker
    rng: random.Random

    def send(self, intent: OutboxEntry, message: RenderedEmail, now: datetime) -> str:
        """The provider's id. Raises `OutdatedError`, `OverBudgetError`, `SendRefusedError` or `SendLaterError`."""
        unasked = message.charge is not None and message.charge.line is Line.UNASKED
        refusal = self.mailboxes.get(message.to).refuses(MAIL_KINDS[intent.kind].category, unasked=unasked)
        if refusal:
            raise OutdatedError(refusal)
        self.budgets.take(intent, message.to, message.charge, now)
        tagged = replace(message, tags={**message.tags, INTENT_TAG: tag_of(intent.key)})
        try:
            sent = self.mailer.send(tagged)
        except SendingPausedError:
            self.breaker.open(now)
            raise
        except (SendLaterError, SendRefusedError):
            self.breaker.close()
            raise
        self.breaker.close()
        return sent

    def wait(self, intent: OutboxEntry, now: datetime) -> timedelta:
        """How long a mail waits that could not be sent now."""
        return back_off(intent, now, self.rng)
