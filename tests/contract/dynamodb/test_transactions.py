"""Transactions: all or nothing, reasons in the order of the request, tokens."""

import uuid
from typing import Any

import pytest

from tests.contract.dynamodb.subject import ITEMS, SINGLES, Subject, Value, number, placeholders, refused, text

CANCELLED = "TransactionCanceledException"


def put(subject: Subject, sort: str, condition: str | None = None, **attributes: Value) -> dict[str, Any]:
    write: dict[str, Any] = {"TableName": ITEMS, "Item": {**subject.key(sort), **attributes}}
    return {"Put": _conditional(write, condition)}


def update(
    subject: Subject, sort: str, expression: str, condition: str | None = None, **values: Value
) -> dict[str, Any]:
    write = {"TableName": ITEMS, "Key": subject.key(sort), "UpdateExpression": expression}
    return {"Update": _conditional({**write, **placeholders(None, values)}, condition)}


def delete(subject: Subject, sort: str, condition: str | None = None) -> dict[str, Any]:
    return {"Delete": _conditional({"TableName": ITEMS, "Key": subject.key(sort)}, condition)}


def check(subject: Subject, sort: str, condition: str, **values: Value) -> dict[str, Any]:
    part = {"TableName": ITEMS, "Key": subject.key(sort), **placeholders(None, values)}
    return {"ConditionCheck": _conditional(part, condition)}


def _conditional(write: dict[str, Any], condition: str | None) -> dict[str, Any]:
    if condition is None:
        return write
    return {**write, "ConditionExpression": condition, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}


def codes(error: dict[str, Any]) -> list[str]:
    return [reason["Code"] for reason in error["CancellationReasons"]]


def test_transaction_does_all_of_it(subject: Subject) -> None:
    subject.put("counter", n=number(3))
    subject.put("gone")
    subject.put("checked", n=number(1))

    subject.transact(
        update(subject, "counter", "SET n = n - :a", "n >= :a", a=number(1)),
        put(subject, "row", "attribute_not_exists(pk)", n=number(7)),
        delete(subject, "gone", "attribute_exists(pk)"),
        check(subject, "checked", "n = :a", a=number(1)),
        {"Put": {"TableName": SINGLES, "Item": {"pk": text(subject.partition)}}},
    )

    assert subject.get("counter") == {"n": number(2)}
    assert subject.get("row") == {"n": number(7)}
    assert subject.get("gone") is None
    assert subject.get("checked") == {"n": number(1)}
    assert "Item" in subject.call("GetItem", TableName=SINGLES, Key={"pk": text(subject.partition)})


def test_one_failed_condition_leaves_everything_as_it_was(subject: Subject) -> None:
    subject.put("counter", n=number(3))

    with refused(CANCELLED):
        subject.transact(
            update(subject, "counter", "SET n = n - :a", a=number(1)),
            put(subject, "row"),
            check(subject, "nobody", "attribute_exists(pk)"),
        )

    assert subject.get("counter") == {"n": number(3)}
    assert subject.get("row") is None


def test_reasons_come_in_the_order_of_the_request_with_the_stored_items(subject: Subject) -> None:
    subject.put("a", n=number(1))
    subject.put("b", n=number(2))

    with refused(CANCELLED) as error:
        subject.transact(
            check(subject, "nobody", "attribute_exists(pk)"),
            put(subject, "a", "attribute_not_exists(pk)"),
            put(subject, "new"),
            update(subject, "b", "SET n = :a", "n > :a", a=number(9)),
        )

    assert codes(error) == ["ConditionalCheckFailed", "ConditionalCheckFailed", "None", "ConditionalCheckFailed"]
    assert [reason.get("Item") for reason in error["CancellationReasons"]] == [
        None,
        {**subject.key("a"), "n": number(1)},
        None,
        {**subject.key("b"), "n": number(2)},
    ]


def test_message_lists_the_codes(subject: Subject) -> None:
    with refused(CANCELLED) as error:
        subject.transact(put(subject, "a"), check(subject, "nobody", "attribute_exists(pk)"))

    assert error["Error"]["Message"].endswith("[None, ConditionalCheckFailed]")


def test_reasons_do_not_show_items_unasked(subject: Subject) -> None:
    subject.put("a", n=number(1))
    write = put(subject, "a", "attribute_not_exists(pk)")
    del write["Put"]["ReturnValuesOnConditionCheckFailure"]

    with refused(CANCELLED) as error:
        subject.transact(write)

    assert "Item" not in error["CancellationReasons"][0]


def test_an_update_that_does_not_fit_the_item_cancels(subject: Subject) -> None:
    with refused(CANCELLED) as error:
        subject.transact(put(subject, "a"), update(subject, "b", "SET n = n + :a", a=number(1)))

    assert codes(error) == ["None", "ValidationError"]
    assert subject.get("a") is None


def test_an_item_that_grows_too_large_cancels(subject: Subject) -> None:
    subject.put("a", body=text("x" * 390_000))

    with refused(CANCELLED) as error:
        subject.transact(update(subject, "a", "SET more = :a", a=text("y" * 20_000)))

    assert codes(error) == ["ValidationError"]


def test_the_same_item_twice_is_refused(subject: Subject) -> None:
    with refused():
        subject.transact(put(subject, "a"), check(subject, "a", "attribute_exists(pk)"))


def test_arithmetic_in_a_condition_is_refused(subject: Subject) -> None:
    subject.put("a", n=number(1))

    with refused():
        subject.transact(update(subject, "a", "SET n = :a", "n + :a <= :b", a=number(1), b=number(9)))


def test_a_reserved_word_is_refused(subject: Subject) -> None:
    with refused():
        subject.transact(put(subject, "a"), update(subject, "b", "SET status = :a", a=number(1)))


def test_two_operations_in_one_item_are_refused(subject: Subject) -> None:
    with refused():
        subject.transact({**put(subject, "a"), **delete(subject, "b")})


def test_an_unknown_table_is_not_found(subject: Subject) -> None:
    with refused("ResourceNotFoundException"):
        subject.transact(put(subject, "a"), {"Put": {"TableName": "nowhere", "Item": subject.key()}})

    assert subject.get("a") is None


def test_a_hundred_items_fit(subject: Subject) -> None:
    subject.transact(*[put(subject, f"{at:03}") for at in range(100)])

    assert subject.page()["Count"] == 100


def test_a_hundred_and_one_items_do_not(subject: Subject) -> None:
    with refused():
        subject.transact(*[put(subject, f"{at:03}") for at in range(101)])


def test_more_than_four_megabytes_are_refused(subject: Subject) -> None:
    with refused():
        subject.transact(*[put(subject, str(at), body=text("x" * 390_000)) for at in range(11)])


def test_the_same_token_does_it_once(subject: Subject) -> None:
    token = str(uuid.uuid4())
    for _ in range(3):
        subject.transact(update(subject, "a", "ADD n :a", a=number(1)), ClientRequestToken=token)

    assert subject.get("a") == {"n": number(1)}


def test_the_same_token_with_another_request_is_refused(subject: Subject) -> None:
    token = str(uuid.uuid4())
    subject.transact(update(subject, "a", "ADD n :a", a=number(1)), ClientRequestToken=token)

    with refused("IdempotentParameterMismatchException"):
        subject.transact(update(subject, "a", "ADD n :a", a=number(2)), ClientRequestToken=token)

    assert subject.get("a") == {"n": number(1)}


def test_the_token_of_a_cancelled_transaction_may_be_used_again(subject: Subject) -> None:
    token = str(uuid.uuid4())
    request = put(subject, "a", "attribute_not_exists(pk)", n=number(2))
    subject.put("a", n=number(1))
    with refused(CANCELLED):
        subject.transact(request, ClientRequestToken=token)
    subject.call("DeleteItem", TableName=ITEMS, Key=subject.key("a"))

    subject.transact(request, ClientRequestToken=token)

    assert subject.get("a") == {"n": number(2)}


def test_a_longer_token_is_refused(subject: Subject) -> None:
    with refused():
        subject.transact(put(subject, "a"), ClientRequestToken="x" * 37)


def get(subject: Subject, sort: str, **more: Any) -> dict[str, Any]:
    return {"Get": {"TableName": ITEMS, "Key": subject.key(sort), **more}}


def test_transact_get_answers_in_order_with_gaps(subject: Subject) -> None:
    subject.put("a", n=number(1), word=text("x"))
    subject.put("b", n=number(2))

    answer = subject.call(
        "TransactGetItems",
        TransactItems=[get(subject, "b"), get(subject, "nobody"), get(subject, "a", ProjectionExpression="word")],
    )

    first, gap, last = answer["Responses"]
    assert first["Item"] == {**subject.key("b"), "n": number(2)}
    assert "Item" not in gap
    assert last["Item"] == {"word": text("x")}


@pytest.mark.parametrize("count", [2, 101], ids=["the same item twice", "too many"])
def test_transact_get_is_refused(subject: Subject, count: int) -> None:
    gets = [get(subject, "a" if count == 2 else str(at)) for at in range(count)]

    with refused():
        subject.call("TransactGetItems", TransactItems=gets)
