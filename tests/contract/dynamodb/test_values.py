"""Attribute values, keys and sizes."""

import pytest

from tests.contract.dynamodb.subject import ITEMS, SINGLES, Subject, Value, number, refused, sequence, strings, text

NUMBERS = {
    "1.0": "1",
    "1.50": "1.5",
    "007": "7",
    "+5": "5",
    "-0": "0",
    "1E3": "1000",
    "1e-3": "0.001",
    "0.000001": "0.000001",
    "123456789012345678901234567890.12345678": "123456789012345678901234567890.12345678",
    "1e40": "1" + "0" * 40,
}
BAD_NUMBERS = {
    "no number": "abc",
    "empty": "",
    "a space": " 5",
    "thirty-nine digits": "1" * 39,
    "too large": "1e126",
    "too small": "1e-131",
}
BAD_VALUES: dict[str, Value] = {
    "no type": {},
    "empty set": {"SS": []},
    "empty set of numbers": {"NS": []},
    "member twice": strings("a", "a"),
    "number twice in another form": {"NS": ["1", "1.0"]},
    "false NULL": {"NULL": False},
    "empty set inside": sequence({"SS": []}),
}
KEY_LIMITS = {"hash": ("pk", 2048), "range": ("sk", 1024)}
LARGEST = 400 * 1024


@pytest.mark.parametrize(("given", "stored"), NUMBERS.items(), ids=list(NUMBERS))
def test_numbers_are_answered_in_one_form(subject: Subject, given: str, stored: str) -> None:
    subject.put(n=number(given))

    assert subject.get() == {"n": number(stored)}


@pytest.mark.parametrize("content", BAD_NUMBERS.values(), ids=list(BAD_NUMBERS))
def test_number_is_refused(subject: Subject, content: str) -> None:
    with refused():
        subject.put(n=number(content))


@pytest.mark.parametrize("value", BAD_VALUES.values(), ids=list(BAD_VALUES))
def test_value_is_refused(subject: Subject, value: Value) -> None:
    with refused():
        subject.put(word=value)


def test_sums_are_exact(subject: Subject) -> None:
    subject.put(n=number("0.1"))

    subject.update("SET n = n + :a", {"a": number("0.2")})

    assert subject.get() == {"n": number("0.3")}


def test_empty_texts_and_containers_are_values(subject: Subject) -> None:
    item: dict[str, Value] = {"word": text(""), "steps": sequence(), "nest": {"M": {}}, "body": {"B": b""}}

    subject.put(**item)

    assert subject.get() == item


def test_all_types_come_back(subject: Subject) -> None:
    item: dict[str, Value] = {
        "body": {"B": b"\x00\xff"},
        "yes": {"BOOL": False},
        "none": {"NULL": True},
        "nest": {"M": {"a": sequence(number(1), {"NULL": True})}},
    }

    subject.put(**item)

    assert subject.get() == item


@pytest.mark.parametrize("name", ["pk", "sk"])
@pytest.mark.parametrize("operation", ["PutItem", "GetItem", "UpdateItem", "DeleteItem"])
def test_an_empty_key_is_refused(subject: Subject, operation: str, name: str) -> None:
    parameter = "Item" if operation == "PutItem" else "Key"

    with refused():
        subject.call(operation, TableName=ITEMS, **{parameter: {**subject.key(), name: text("")}})


@pytest.mark.parametrize("part", ["missing", "of another type", "with something more"])
@pytest.mark.parametrize("operation", ["GetItem", "UpdateItem", "DeleteItem"])
def test_a_key_that_does_not_fit_is_refused(subject: Subject, operation: str, part: str) -> None:
    keys = {
        "missing": {"pk": text("x")},
        "of another type": {**subject.key(), "sk": number(1)},
        "with something more": {**subject.key(), "n": number(1)},
    }

    with refused():
        subject.call(operation, TableName=ITEMS, Key=keys[part])


def test_an_item_without_its_key_is_refused(subject: Subject) -> None:
    with refused():
        subject.call("PutItem", TableName=ITEMS, Item={"pk": text("x")})


@pytest.mark.parametrize(("name", "limit"), KEY_LIMITS.values(), ids=list(KEY_LIMITS))
def test_keys_have_a_longest_length(subject: Subject, name: str, limit: int) -> None:
    longest = {**subject.key(), name: text("x" * limit)}
    subject.call("PutItem", TableName=ITEMS, Item=longest)

    with refused():
        subject.call("PutItem", TableName=ITEMS, Item={**longest, name: text("x" * (limit + 1))})


def test_an_item_may_have_400_kilobytes_names_included(subject: Subject) -> None:
    key = {"pk": text(subject.partition)}
    room = LARGEST - len("pk") - len(subject.partition) - len("body")
    subject.call("PutItem", TableName=SINGLES, Item={**key, "body": text("x" * room)})

    with refused():
        subject.call("PutItem", TableName=SINGLES, Item={**key, "body": text("x" * (room + 1))})


def test_characters_count_in_bytes(subject: Subject) -> None:
    with refused():
        subject.put(word=text("é" * (LARGEST // 2)))


def test_an_update_may_not_grow_an_item_beyond_400_kilobytes(subject: Subject) -> None:
    subject.put(body=text("x" * 400_000))

    with refused():
        subject.update("SET more = :a", {"a": text("y" * 10_000)})


def test_nesting_has_an_end(subject: Subject) -> None:
    value = text("x")
    for _ in range(31):
        value = sequence(value)
    subject.put(deep=value)

    with refused():
        subject.put(deep=sequence(value))
