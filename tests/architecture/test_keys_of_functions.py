"""Every function holds the keys that its code uses and no others: a recorded story is held against the table."""

from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from app import app
from chalicelib.domain.outbox.entry import OutboxKey
from chalicelib.security.keyring import KeyRing
from chalicelib.security.purposes import KEYS_OF
from chalicelib.settings import Settings
from devtools.package.access import statements
from devtools.package.render import render
from tests.support.stories.story import story
from tests.support.world import World

PROJECT = Path(__file__).resolve().parents[2]
FUNCTIONS = {"mail": "SendMail", "feedback": "TakeFeedback"}


class Watched(World):
    """A world that knows which function is at work, and which keys it asks for."""

    function = "api"

    def run_entry(self, key: OutboxKey, *, job: bool) -> None:
        before, self.function = self.function, "jobs" if job else "mail"
        super().run_entry(key, job=job)
        self.function = before

    def handed(self, queue: str, *bodies: str) -> dict[str, Any]:
        before, self.function = self.function, queue
        answer = super().handed(queue, *bodies)
        self.function = before
        return answer

    def tick(self) -> None:
        before, self.function = self.function, "tick"
        super().tick()
        self.function = before


def test_the_table_says_which_keys_each_function_uses(monkeypatch: pytest.MonkeyPatch) -> None:
    used: dict[str, set[str]] = defaultdict(set)
    derive = KeyRing.derive
    with Watched() as world:

        def watched(ring: KeyRing, kid: str, purpose: str) -> bytes:
            used[world.function].add(purpose)
            return derive(ring, kid, purpose)

        monkeypatch.setattr(KeyRing, "derive", watched)
        story(world)

    assert {function: used[function] for function in KEYS_OF} == {name: set(those) for name, those in KEYS_OF.items()}
    assert used["jobs"] == used["tick"] == set(), "they are not allowed to read any keys"
    assert {"access-token", "refresh-token"} <= used["api"]


def test_the_template_gives_each_function_its_keys_and_a_parameter_of_its_own() -> None:
    template = render(app, PROJECT)
    variables = {
        name: one["Properties"]["Environment"]["Variables"]
        for name, one in template["Resources"].items()
        if one.get("Type") == "AWS::Serverless::Function"
    }

    assert {name: one.get("KEYS_FOR", "") for name, one in variables.items()} == {
        "APIHandler": "", "RunJob": "", "Tick": "", **{name: keys for keys, name in FUNCTIONS.items()},
    }  # fmt: skip
    for name in FUNCTIONS.values():
        parameter = variables[name]["DERIVED_KEYS_PARAMETER"]["Ref"]
        assert template["Parameters"][parameter]["Default"] == "", (
            "stages that exist go on with the ring that they have"
        )
        role = template["Resources"][template["Resources"][name]["Properties"]["Role"]["Fn::GetAtt"][0]]["Properties"]
        [reading] = [one for one in statements(role) if one["Action"] == "ssm:GetParameter"]
        _, chosen = reading["Resource"]["Fn::Sub"][1]["Keys"]["Fn::If"][:2]
        assert chosen == {"Ref": parameter}


def test_the_parameter_of_a_function_is_read_instead_of_the_ring() -> None:
    settings = Settings.from_env({"KEY_RING_PARAMETER": "/ring", "DERIVED_KEYS_PARAMETER": "/mail", "KEYS_FOR": "mail"})

    assert (settings.keys_at, settings.keys_for) == ("/mail", "mail")
    assert Settings.from_env({"KEY_RING_PARAMETER": "/ring", "DERIVED_KEYS_PARAMETER": ""}).keys_at == "/ring"
