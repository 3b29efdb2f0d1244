"""Properties of which one example is a whole story make fewer of them than the profile says."""

from typing import Any

from hypothesis import settings


def is_deep() -> bool:
    """Whether this is the night's run, in which an example may be large."""
    return settings().max_examples > 100


def share(part: float, **more: Any) -> settings:
    """Settings with so much of the profile's examples, and at least three."""
    return settings(max_examples=max(3, round(settings().max_examples * part)), **more)
