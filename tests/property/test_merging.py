"""RFC 7396 on the flat documents that we have: the laws, and the RFC's own algorithm beside ours."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic import create_model

from chalicelib.api.http.request.parsing import merge

Document = create_model("Document", **dict.fromkeys("abcdef", (Any, None)))  # type: ignore[call-overload]
values = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.lists(st.integers(), max_size=3))
patches = st.dictionaries(st.sampled_from("abcdef"), values, max_size=6)
documents = patches.map(lambda one: {name: value for name, value in one.items() if value is not None})


def rfc_7396(target: Any, patch: Any) -> Any:
    """MergePatch of section 2."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = rfc_7396(result.get(name), value)
    return result


@given(documents, patches)
def test_it_is_the_algorithm_of_the_rfc(target: dict[str, Any], patch: dict[str, Any]) -> None:
    assert merge(Document, target, patch) == rfc_7396(target, patch)


@given(documents)
def test_an_empty_patch_and_the_document_itself_change_nothing(target: dict[str, Any]) -> None:
    assert merge(Document, target, {}) == target
    assert merge(Document, target, target) == target


@given(documents, patches)
def test_neither_side_is_touched(target: dict[str, Any], patch: dict[str, Any]) -> None:
    before = (dict(target), dict(patch))

    merge(Document, target, patch)

    assert (target, patch) == before
