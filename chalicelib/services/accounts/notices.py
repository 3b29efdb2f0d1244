"""Mails by which the owner of an account learns what was done to it, whoever did it."""

from datetime import datetime

from chalicelib.domain.outbox.entry import OutboxEntry, OutboxKind, new_entry
from chalicelib.domain.shared.networks import is_known


def notice_of(
    kind: OutboxKind, user_id: str, network: str, *, now: datetime, entry_id: str, **about: str
) -> OutboxEntry:
    """It tells when, which is when it was written, and from which network, if that is known."""
    about |= {"network": network} if is_known(network) else {}
    return new_entry(kind, user_id, about, now=now, entry_id=entry_id)
