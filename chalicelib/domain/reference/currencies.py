"""ISO 4217: the active currency codes and how many digits their prices have."""

from functools import cache

from chalicelib.domain.reference.reference_data import CURRENCIES


def digits(code: str) -> int | None:
    """Decimal places of a currency, or None for a code that is not one."""
    return _digits().get(code)


@cache
def _digits() -> dict[str, int]:
    places = 0
    found = {}
    for part in CURRENCIES.split():
        if part.isdecimal():
            places = int(part)
        else:
            found[part] = places
    return found


def shortest(text: str) -> str:
    """A decimal number without the zeros that say nothing: `05.00` is `5`."""
    whole, _, fraction = text.partition(".")
    whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0")
    return f"{whole}.{fraction}" if fraction else whole


def price(text: str, code: str) -> str | None:
    """The price with exactly the currency's digits; None when it has more than that."""
    places = digits(code)
    whole, _, fraction = shortest(text).partition(".")
    if places is None or len(fraction) > places:
        return None
    return f"{whole}.{fraction.ljust(places, '0')}" if places else whole
