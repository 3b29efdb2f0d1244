"""What a person is called: the one type of every field where a name is written down."""

from typing import Annotated

from pydantic import AfterValidator, Field

from chalicelib.domain.accounts.people import BLANK, UNPRINTABLE, is_blank, unprintable_in


def _name(text: str) -> str:
    wrong = unprintable_in(text)
    if wrong:
        raise ValueError(f"must be one line, without the invisible character U+{ord(wrong):04X}")
    if text and is_blank(text):
        raise ValueError("must have a character that can be seen")
    return text


_LINE = f"[^{UNPRINTABLE}]*"  # ECMA reads this as Python does
PersonName = Annotated[
    str,
    AfterValidator(_name),
    Field(json_schema_extra={"pattern": f"^({_LINE}[^{UNPRINTABLE}{BLANK}]{_LINE})?$"}),
]
FullName = Annotated[PersonName, Field(min_length=1, max_length=200)]
