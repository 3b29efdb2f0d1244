"""ARCHITECTURE.md names every table and index, and the key of everything that is stored."""

import re

from chalicelib.store.dynamo.definitions import DEFINITIONS
from tests.support.citations import PROJECT

PAGE = (PROJECT / "ARCHITECTURE.md").read_text(encoding="utf-8").split("## Tables")[1].split("\n## ")[0]
KEYS = (PROJECT / "chalicelib" / "store" / "dynamo" / "keys.py").read_text(encoding="utf-8")
PARTS = re.compile(r'f"(\w+#)\{|\}(#[A-Z])"')  # `list#` of f"list#{month}", `#W` of f"{event_id}#W"


def test_the_tables_of_the_page_are_those_that_there_are() -> None:
    assert set(re.findall(r"^\| (\w+) \|", PAGE, re.MULTILINE)) - {"table"} == set(DEFINITIONS)


def test_every_index_is_named() -> None:
    assert [name for table in DEFINITIONS.values() for name in table["indexes"] if f"index `{name}`" not in PAGE] == []


def test_every_kind_of_key_is_named() -> None:
    kinds = {before or after for before, after in PARTS.findall(KEYS)}

    assert len(kinds) > 20
    assert sorted(kind for kind in kinds if kind not in PAGE) == []
