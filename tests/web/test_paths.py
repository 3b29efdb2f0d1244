"""The apps use the public API as its document states it."""

import json

from devtools.web.types import DOCUMENT
from tests.web.scripts import calls


def test_every_path_that_the_apps_call_is_in_the_document() -> None:
    paths = json.loads(DOCUMENT.read_text(encoding="utf-8"))["paths"]
    made = list(calls())
    assert len(made) > 20
    unknown = [f"{name}: {method} {path}" for name, method, path in made if method not in paths.get(path, {})]
    assert unknown == []


def test_every_change_that_takes_an_idempotency_key_gets_one() -> None:
    """The client sends one with each POST that is not about logging in; the document asks for no other."""
    paths = json.loads(DOCUMENT.read_text(encoding="utf-8"))["paths"]
    for _, method, path in calls():
        wanted = {
            one.get("name") or one["$ref"].rpartition("/")[2] for one in paths[path][method].get("parameters", [])
        }
        if any("idempotency" in name.lower() for name in wanted):
            assert (method, path.startswith("/auth/")) == ("post", False), path
