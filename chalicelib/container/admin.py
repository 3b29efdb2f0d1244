"""What admins see and do."""

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.container import Container

if TYPE_CHECKING:
    from chalicelib.services.admin.accounts_desk import AccountsDesk
    from chalicelib.services.admin.figures import Figures
    from chalicelib.services.admin.letters_desk import LettersDesk
    from chalicelib.services.admin.trail_desk import TrailDesk


class AdminCases:
    """Each is imported where it is made: a request needs one of them."""

    def __init__(self, container: Container) -> None:
        self._container = container

    @cached_property
    def accounts(self) -> "AccountsDesk":
        from chalicelib.services.admin.accounts_desk import AccountsDesk, DeskPorts

        made, store = self._container, self._container.store
        ports = DeskPorts(
            accounts=store.accounts,
            admin_accounts=store.admins,
            trail=store.audit,
            queue=made.mail.queue,
            clock=made.clock,
            new_id=made.new_id,
        )
        return AccountsDesk(ports)

    @cached_property
    def letters(self) -> "LettersDesk":
        from chalicelib.services.admin.letters_desk import LettersDesk

        made = self._container
        return LettersDesk(made.store.letters, made.mail.queue, made.clock, made.new_id)

    @cached_property
    def trail(self) -> "TrailDesk":
        from chalicelib.services.admin.trail_desk import TrailDesk

        return TrailDesk(self._container.store.audit)

    @cached_property
    def figures(self) -> "Figures":
        from chalicelib.services.admin.figures import Figures

        made, store = self._container, self._container.store
        return Figures(store.admins, store.event_lists, store.letters, store.outbox, made.clock)
