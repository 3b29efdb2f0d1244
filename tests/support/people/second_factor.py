"""A second factor, as a person with an authenticator app turns it on."""

import base64
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.domain.accounts.second_factor import code_at, step_at
from tests.support.builders import Person
from tests.support.world import World

_STEP = timedelta(seconds=30)


@dataclass
class App:
    """An authenticator app that was given the secret."""

    world: World
    secret: bytes

    def code(self) -> str:
        """One that was not shown yet: the clock of the world goes on."""
        self.world.clock.advance(_STEP)
        return code_at(self.secret, step_at(self.world.clock()))


def set_up(world: World, person: Person) -> tuple[App, str]:
    """The app, and the key with which its first code turns the factor on."""
    answer = world.post("/auth/second-factor", {}, person.token)
    assert answer.status == 200, answer.text
    return App(world, base64.b32decode(answer.json["secret"])), answer.json["key"]


def turned_on(world: World, person: Person) -> tuple[App, list[str]]:
    """The app, and the recovery codes."""
    app, key = set_up(world, person)
    answer = world.post("/auth/second-factor/confirm", {"key": key, "code": app.code()}, person.token)
    assert answer.status == 200, answer.text
    return app, answer.json["recovery_codes"]
