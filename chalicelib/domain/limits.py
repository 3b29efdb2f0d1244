"""Limits that more than one layer names: what enforces them, what refuses, and what documents them."""

MAX_BODY_BYTES = 262_144
SORTED_AT_MOST = 500


def size(number: int) -> str:
    """So many bytes, in words."""
    return f"{number // 1024} KB" if number % 1024 == 0 else f"{number} bytes"
