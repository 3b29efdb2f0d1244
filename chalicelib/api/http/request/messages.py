"""What is wrong with a value, in our words: one table from the faults that pydantic knows to a code and a sentence.

A sentence says what to send. Our own validators raise `ValueError` with theirs; a kind of fault that the table does not
know is a fault of ours, which a test finds that sends everything wrong to every field.
"""

import json
import math
from collections.abc import Callable, Mapping
from typing import Any

_OWN = "Value error, "
UNKNOWN = "is not what the field takes"


def _text(fault: Mapping[str, Any]) -> str:
    given = fault.get("input")
    if isinstance(given, int | float) and not isinstance(given, bool) and math.isfinite(given):
        return f'must be a text in quotes, such as "{json.dumps(given)}"'
    return "must be a text in quotes"


def _limited(words: str, name: str) -> Callable[[Mapping[str, Any]], str]:
    def sentence(fault: Mapping[str, Any]) -> str:
        bound = fault["ctx"][name]
        return f"{words} {bound:g}" if isinstance(bound, float) else f"{words} {bound}"

    return sentence


def _length(words: str, name: str) -> Callable[[Mapping[str, Any]], str]:
    """The unit is that of the field: a text that was validated for a list is told as one."""

    def sentence(fault: Mapping[str, Any]) -> str:
        unit = "item(s)" if fault["ctx"].get("field_type") == "List" else "character(s)"
        return f"{words} {fault['ctx'][name]} {unit}"

    return sentence


def _own(fault: Mapping[str, Any]) -> str:
    return str(fault["msg"]).removeprefix(_OWN)


_WHOLE = "must be a whole number"
_NUMBER = "must be a number, without quotes"
_YES_OR_NO = "must be true or false, without quotes"
_OBJECT = "must be a JSON object, in braces"
_LIST = "must be a list, in square brackets"
CODES: Mapping[str, str] = {"missing": "required", "extra_forbidden": "unknown_field"}
_SENTENCES: Mapping[str, str | Callable[[Mapping[str, Any]], str]] = {
    "missing": "is required",
    "extra_forbidden": "is not a field of this resource",
    "value_error": _own,
    "string_type": _text,
    "int_type": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": "must be a finite number",
    "bool_type": _YES_OR_NO,
    "bool_parsing": _YES_OR_NO,
    "list_type": _LIST,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "dict_type": _OBJECT,
    "enum": _limited("must be", "expected"),
    "literal_error": _limited("must be", "expected"),
    "greater_than_equal": _limited("must be at least", "ge"),
    "less_than_equal": _limited("must be at most", "le"),
    "greater_than": _limited("must be more than", "gt"),
    "less_than": _limited("must be less than", "lt"),
    "string_pattern_mismatch": _limited("must have the form", "pattern"),
    "too_short": _length("must have at least", "min_length"),
    "string_too_short": _length("must have at least", "min_length"),
    "too_long": _length("must have at most", "max_length"),
    "string_too_long": _length("must have at most", "max_length"),
}


def code_of(fault: Mapping[str, Any]) -> str:
    return CODES.get(fault["type"], "invalid")


def sentence_of(fault: Mapping[str, Any]) -> str:
    """What is wrong, without the name of the field. `fault` is one of `ValidationError.errors()`."""
    found = _SENTENCES.get(fault["type"], UNKNOWN)
    sentence = found if isinstance(found, str) else found(fault)
    is_null = fault.get("input", "") is None and fault["type"].endswith("_type")
    return f"{sentence}, and not null" if is_null else sentence


_MALFORMED = (
    ("EOF while parsing", "it ends too early"),
    ("recursion limit", "it is nested too deeply"),
    ("trailing comma", "there is a comma too many"),
    ("trailing characters", "something follows after its end"),
    ("control character", "a text has a control character that is not escaped"),
    ("key must be a string", "a name stands without quotes"),
)


def malformed(said: str) -> str:
    """What is wrong with a body that is no JSON, and where, from what the parser says."""
    kind = next((words for sign, words in _MALFORMED if sign in said), "a value cannot be read")
    _, _, place = said.rpartition(" at line ")
    line, _, column = place.partition(" column ")
    where = f", at line {line}, column {column}" if line.isdigit() and column.isdigit() else ""
    return f"The body is not JSON: {kind}{where}."
