"""Ports of the admins' desk: the list of accounts, the end of access, and dead letters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.domain.accounts.account import Account, Credential
from chalicelib.domain.accounts.audit import Act
from chalicelib.domain.outbox.entry import OutboxEntry, OutboxKey
from chalicelib.domain.outbox.queues import QueueName
from chalicelib.services.shared.paging import Slice


class NoAdminError(Exception):
    """Whoever acts is no admin any more: somebody ended that in this very moment."""


class AdminAccounts(Protocol):
    def listed(self, *, start: str | None, forward: bool, limit: int) -> Slice[str]:
        """Ids of accounts beyond the place `start`; `forward` leads to those that were made earlier."""

    def number(self) -> tuple[int, bool]:
        """How many accounts are listed, and whether that is exact: beyond a few megabytes it is a lower bound."""

    def set_access(self, new: Account, ended: Sequence[Credential], act: Act, notice: OutboxEntry) -> None:
        """An account as it is disabled or enabled, without its credentials, with the entry of the act and the mail.

        All or nothing. Whoever is disabled is no admin any more. Raises `NoAdminError` if whoever acts is none,
        `StaleError` when the account changed since it was read, by a login too.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A row of the outbox that failed for good, and when somebody had it tried again."""

    id: str
    queue: QueueName
    key: OutboxKey
    kind: str
    reason: str
    failed_at: datetime
    redriven_at: datetime | None = None


class Letters(Protocol):
    def newest_first(self, *, start: str | None, forward: bool, limit: int) -> Slice[Letter]:
        """Letters beyond the place `start`; `forward` leads to older ones."""

    def number(self) -> tuple[int, bool]:
        """How many there are, those that were redriven included, and whether that is exact."""

    def find(self, letter_id: str) -> Letter | None: ...
    def redrive(self, letter: Letter, act: Act, job: OutboxEntry) -> None:
        """Marked, with the entry of the act and the job that puts it back, all or nothing.

        Raises `StaleError` when it was redriven meanwhile, or is gone.
        """
