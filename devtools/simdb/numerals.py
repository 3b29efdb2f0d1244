"""DynamoDB's numbers: decimal text of at most 38 digits, kept in one canonical form."""

import re
from decimal import Context, Decimal, Inexact
from functools import lru_cache

from devtools.simdb.errors import InvalidError

DIGITS = 38
LARGEST_EXPONENT = 125
SMALLEST_EXPONENT = -130
_NUMERAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
# Wide enough for the exact sum of any two numbers that DynamoDB can hold.
_EXACT = Context(prec=LARGEST_EXPONENT - SMALLEST_EXPONENT + 2 * DIGITS, traps=[Inexact])


@lru_cache(maxsize=65536)
def canonical(text: str) -> str:
    """The form in which the number is stored and answered: no leading or trailing zeros, no exponent."""
    if text.isascii() and text.isdigit() and len(text) <= DIGITS and (text[0] != "0" or text == "0"):
        return text
    if not _NUMERAL.fullmatch(text):
        raise InvalidError(f"The parameter cannot be converted to a numeric value: {text}")
    return _checked(Decimal(text))


def _checked(value: Decimal) -> str:
    if not value:
        return "0"
    if len("".join(map(str, value.as_tuple().digits)).strip("0")) > DIGITS:
        raise InvalidError("Attempting to store more than 38 significant digits in a Number")
    if value.adjusted() > LARGEST_EXPONENT:
        raise InvalidError("Number overflow. Attempting to store a number with magnitude larger than supported range")
    if value.adjusted() < SMALLEST_EXPONENT:
        raise InvalidError("Number underflow. Attempting to store a number with magnitude smaller than supported range")
    plain = format(value, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


@lru_cache(maxsize=65536)
def number(text: str) -> int | Decimal:
    """A value that compares and sorts like the number; `text` is canonical."""
    return Decimal(text) if "." in text else int(text)


def add(left: str, right: str) -> str:
    """The exact sum as canonical text; a sum that needs more than 38 digits is refused."""
    first, second = number(left), number(right)
    if isinstance(first, int) and isinstance(second, int):
        return canonical(str(first + second))
    return _checked(_EXACT.add(Decimal(first), Decimal(second)))


def subtract(left: str, right: str) -> str:
    return add(left, right[1:] if right.startswith("-") else "-" + right)


@lru_cache(maxsize=65536)
def size(text: str) -> int:
    """Bytes that a number takes: one for two significant digits, one more, and one for a minus sign."""
    digits = text.lstrip("-").replace(".", "").strip("0")
    return 1 + (len(digits) + 1) // 2 + text.startswith("-")
