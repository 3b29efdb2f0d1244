"""Time that passes minute by minute, as it does for a deployed stage."""

from datetime import timedelta

from tests.support.world import World

MINUTE = timedelta(minutes=1)


def ticks(world: World, number: int, step: timedelta = MINUTE) -> None:
    """So many ticks, with the workers running after each."""
    for _ in range(number):
        world.clock.advance(step)
        world.tick()
        world.work()
