"""A moment as it is given to a command."""

import argparse
from datetime import UTC, datetime


def moment(text: str) -> datetime:
    """Raises `ArgumentTypeError` for what is no time, or has no zone."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time such as 2026-06-01T09:00:00Z") from None
    if found.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} has no zone: write 2026-06-01T09:00:00Z")
    return found.astimezone(UTC)
