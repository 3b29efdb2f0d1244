"""Attendee records: values that are read back as they were written, and names that are found by their beginnings."""

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from chalicelib.api.attendees.schemas import AttendeeRecordIn as Body
from chalicelib.api.attendees.schemas import Phone, attendee_out, to_facts, writable
from chalicelib.api.http.request.names import PersonName
from chalicelib.domain.accounts.people import Attendee, AttendeeFacts, is_blank, unprintable_in, words
from chalicelib.store.dynamo.tables import AttendeeItem
from chalicelib.store.items.people import attendee_item, from_kept, kept_item, spaced, to_attendee

MS = timedelta(milliseconds=1)
NAME: TypeAdapter[str] = TypeAdapter(PersonName)
PHONE: TypeAdapter[str] = TypeAdapter(Phone)
names = (
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=30)
    .map(str.strip)
    .filter(lambda text: not unprintable_in(text) and not is_blank(text))
)
moments = st.integers(1_500_000_000_000, 3_500_000_000_000).map(
    lambda number: datetime.fromtimestamp(0, UTC) + number * MS
)
facts = st.builds(
    AttendeeFacts,
    first_name=names,
    last_name=names | st.just(""),
    email=st.none() | st.just("ada@example.org"),
    phone=st.none() | st.just("+4930901820"),
    date_of_birth=st.none() | st.dates(date(1900, 1, 1), date(2026, 1, 1)),
)
attendees = st.builds(
    Attendee,
    id=st.just("01KT16JKM0BYQW47Q7HP26MZD3"),
    facts=facts,
    kept_by=st.just("01KT16JKM0BYQW47Q7HP26MZD4"),
    version=st.integers(1, 10**9),
    created_at=moments,
    updated_at=moments,
)


@given(attendees)
def test_both_places_of_a_record_tell_what_was_written(attendee: Attendee) -> None:
    stored = AttendeeItem.from_raw_data(attendee_item(attendee).serialize())

    assert to_attendee(stored) == attendee
    assert from_kept(kept_item(attendee).serialize()) == attendee


@given(attendees)
def test_what_is_read_can_be_written_again(attendee: Attendee) -> None:
    shown = attendee_out(attendee).model_dump_json()

    assert to_facts(Body.model_validate_json(shown)) == attendee.facts
    assert to_facts(Body.model_validate(writable(attendee) | {"email": attendee.facts.email})) == attendee.facts


@given(st.text(st.characters(exclude_categories=["Cs"], max_codepoint=0xFFFF), max_size=6))
def test_the_documents_say_what_a_name_may_be(text: str) -> None:
    """The pattern of the schema and the check are one rule, but for characters beyond the basic plane."""
    try:
        NAME.validate_python(text)
        is_name = True
    except ValidationError:
        is_name = False

    assert is_name == bool(re.search(NAME.json_schema()["pattern"], text))


punctuated = st.lists(
    st.sampled_from("0123456789") | st.sampled_from(("-", " ", "/", ".", "(0)")), min_size=6, max_size=18
)
numbers = st.builds(lambda first, rest: first + "".join(rest), st.sampled_from(("+", "00", "(", "0", "")), punctuated)


@given(numbers)
def test_a_phone_number_that_was_read_is_written_unchanged(text: str) -> None:
    try:
        number = PHONE.validate_python(text)
    except ValidationError:
        return  # refused; the examples beside the routes say which
    digits = number.removeprefix("+")

    assert PHONE.validate_python(number) == number
    assert digits.isdecimal()
    assert 6 <= len(digits) <= 15
    assert not number.startswith("+0")


@given(names, st.data())
def test_a_name_is_found_by_the_beginning_of_each_of_its_words(name: str, data: st.DataObject) -> None:
    for word in words(name):
        begin = word[: data.draw(st.integers(1, len(word)))]
        assert spaced((begin,)) in spaced(words(name))


@given(names)
def test_words_have_neither_case_nor_accents_nor_order_of_composition(name: str) -> None:
    for form in ("NFC", "NFD"):
        assert words(unicodedata.normalize(form, name)) == words(name)
    assert words(" ".join(words(name))) == words(name)
