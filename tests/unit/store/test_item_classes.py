"""Every item class states its table and takes its keys from there."""

import inspect

import pytest

from chalicelib.store.dynamo import tables
from chalicelib.store.dynamo.definitions import DEFINITIONS, Item

ITEMS = [
    one
    for name, one in vars(tables).items()
    if inspect.isclass(one) and issubclass(one, Item) and one.Meta.table_name in DEFINITIONS
]


@pytest.mark.parametrize("item", ITEMS, ids=[one.__name__ for one in ITEMS])
def test_an_item_has_the_keys_of_its_table(item: type[Item]) -> None:
    keys = [(name, item.get_attributes()[name].attr_type) for name in (item._hash_keyname, item._range_keyname) if name]

    assert keys == DEFINITIONS[item.Meta.table_name]["keys"]


def test_every_table_has_items() -> None:
    assert {item.Meta.table_name for item in ITEMS} == set(DEFINITIONS)
