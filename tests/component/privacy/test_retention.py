"""One line for everything that is stored: what is in no line, or a field that no line knows, is found here."""

from pathlib import Path

import pytest

from chalicelib.domain.accounts.exports import ExportKind
from chalicelib.store.dynamo import tables
from chalicelib.store.dynamo.definitions import DEFINITIONS, Item
from devtools import retention
from devtools.retention import KEPT, Kept
from tests.support.stories.busy import Busy
from tests.support.world import World

KEYS = {"pk", "sk"}


def item_classes() -> list[type[Item]]:
    """Every class of items that the tables have, whoever added it."""
    found = [one for one in vars(tables).values() if isinstance(one, type) and issubclass(one, Item)]
    bases = {base for one in found for base in one.__mro__[1:]}
    return [one for one in found if one not in bases]


def test_every_kind_of_item_has_one_line() -> None:
    declared = [kept.model for kept in KEPT]

    assert len(declared) > 25
    assert sorted(one.__name__ for one in declared) == sorted(one.__name__ for one in item_classes())


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept.model.__name__)
def test_every_field_of_it_is_personal_or_not(kept: Kept) -> None:
    said = [*kept.personal, *kept.inner]
    stored = {attribute.attr_name for attribute in kept.model.get_attributes().values()} - KEYS

    assert len(said) == len(set(said))
    assert set(said) - KEYS == stored


def test_what_has_a_time_to_live_is_in_a_table_that_takes_it_away() -> None:
    for kept in KEPT:
        assert not kept.has_ttl or DEFINITIONS[kept.table]["ttl"] == "expires", kept.model


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept.model.__name__)
def test_every_line_says_what_becomes_of_it(kept: Kept) -> None:
    assert kept.erased
    assert kept.lives
    assert isinstance(kept.export, ExportKind) or len(kept.export) > 8


def test_every_kind_of_the_export_is_that_of_an_item() -> None:
    exported = {kept.export for kept in KEPT if isinstance(kept.export, ExportKind)}

    assert exported == set(ExportKind) - {ExportKind.ENROLLMENT_OF_OTHERS}  # an enrollment as well


def test_everything_that_is_stored_of_an_account_that_did_everything_has_a_line(world: World) -> None:
    Busy(world)
    strange, used = [], set()
    for table in DEFINITIONS:
        for item in world.db.snapshot_all(f"turnout-{table}"):
            pk, sk = item["pk"]["S"], item.get("sk", {}).get("S", "")
            lines = retention.declared(table, pk, sk)
            names = item.keys() - KEYS
            fitting = [one for one in lines if pk.startswith("count#") or names <= {*one.personal, *one.inner}]
            used |= {one.model for one in fitting}
            if not fitting:
                strange.append((table, pk, sk, sorted(names)))
    assert strange == []
    assert len(used) > 22, sorted(one.__name__ for one in used)


def test_the_page_is_what_the_lines_say(tmp_path: Path) -> None:
    assert retention.TARGET.read_text(encoding="utf-8") == retention.page()
    stale = tmp_path / "retention.md"

    assert retention.main(["--check"], stale) == 1
    assert retention.main([], stale) == 0
    assert retention.main(["--check"], stale) == 0
