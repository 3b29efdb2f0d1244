"""Weights of what a client prefers (RFC 9110, 12.4.2): the one reading of `q=` for languages and media types."""

import re

_WEIGHT = r"\s*[qQ]=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\s*"


def weight_of(parameter: str) -> float | None:
    """Of a parameter like `q=0.5`; None for everything else."""
    match = re.fullmatch(_WEIGHT, parameter, re.ASCII)
    return float(match[1]) if match else None
