"""Bytes that are no text: a gateway puts U+FFFD in their place, so that whoever has it would store a wrong text."""

import re
from collections.abc import Mapping

from chalicelib.domain.errors import FieldError, InvalidRequestError, MalformedJsonError

REPLACEMENT = "\ufffd"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_NO_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_MESSAGE = "is not percent-encoded UTF-8"


def check_body(raw: bytes) -> None:
    """Raises `MalformedJsonError`. The sign itself can still be written, as an escape of JSON.

    A byte order mark must not stand before JSON (RFC 8259, 8.1); of a form it would be a part of the first name.
    """
    if raw.startswith(_BYTE_ORDER_MARK):
        raise MalformedJsonError("The body begins with a byte order mark: send UTF-8 without it.")
    try:
        is_text = REPLACEMENT not in raw.decode()
    except UnicodeDecodeError:
        is_text = False
    if not is_text:
        raise MalformedJsonError("The body is not UTF-8.")


def check_form(raw: bytes) -> None:
    """The same of a form, and of what is percent-encoded in it."""
    check_body(raw)
    if _NO_ESCAPE.search(raw):
        raise MalformedJsonError("The form is not percent-encoded UTF-8.")


def check_path(variables: Mapping[str, str]) -> None:
    """Raises `InvalidRequestError` that names the variables of the path that are no text."""
    faults = [fault for name, value in variables.items() if (fault := fault_of(name, value))]
    if faults:
        raise InvalidRequestError(*faults)


def fault_of(name: str, *values: str) -> FieldError | None:
    """What is wrong with the values of a parameter, if they are no text."""
    if not any(REPLACEMENT in value for value in values):
        return None
    return FieldError(name, "undecodable", _MESSAGE, in_query=True)
