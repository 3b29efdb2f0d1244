"""How far the ticks have come, for tests that begin in the middle of a day."""

from datetime import datetime

from chalicelib.domain.outbox.queues import QueueName
from chalicelib.services.shared.ports import Mark, Watermarks


def both(at: datetime) -> Watermarks:
    """Both lanes at one moment."""
    return {QueueName.MAIL: Mark(at), QueueName.JOBS: Mark(at)}
