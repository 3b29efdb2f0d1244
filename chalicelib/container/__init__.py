"""The one place that builds things: settings to adapters to services, each made (and imported) at its first use.

A function of AWS pays at its start for what it does: use cases are imported where they are built.
"""

import threading
from collections.abc import Mapping

from chalicelib import observability
from chalicelib.container.accounts import AccountCases
from chalicelib.container.adapters import system_clock
from chalicelib.container.background import BackgroundCases
from chalicelib.container.checkin import DeskCases
from chalicelib.settings import Settings
from chalicelib.store.dynamo.parallel import in_threads

__all__ = ["Container", "current", "system_clock", "use", "warm"]


class Container(AccountCases, DeskCases, BackgroundCases):
    """Adapters can be given (tests, simulations); what is not given is made for AWS when it is first needed."""


_current: Container | None = None
_first_call = threading.Lock()


def current(environ: Mapping[str, str] | None = None) -> Container:
    """The container of this process, made from the environment at the first call."""
    global _current  # noqa: PLW0603 - one process, one container
    if _current is None:
        with _first_call:  # the local server has threads
            if _current is None:
                _current = _from_environment(environ)
    return _current


def _from_environment(environ: Mapping[str, str] | None) -> Container:
    import os

    settings = Settings.from_env(environ if environ is not None else os.environ)
    observability.configure(settings.log_level)
    return Container(settings, gather=in_threads())


def use(container: Container | None) -> None:
    """Install a container (tests, simulations); None goes back to the environment's."""
    global _current  # noqa: PLW0603
    _current = container


def warm() -> None:
    """Lambda's initialisation: read the keys, build the DynamoDB client, refuse to start without a strong secret."""
    container = current()
    container.ring()
    _ = container.dynamo.connection.client
