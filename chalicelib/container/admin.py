"""What admins see and do."""

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.container import Container

if TYPE_CHECKING:
    from chalicelib.services.admin.accounts import AdministerAccounts
    from chalicelib.services.admin.dead_letters import AdministerLetters
    from chalicelib.services.admin.figures import Figures
    from chalicelib.services.admin.trail import ReadTrail


class AdminCases:
    """Each is imported where it is made: a request needs one of them."""

    def __init__(self, container: Container) -> None:
        self._container = container

    @cached_property
    def accounts(self) -> "AdministerAccounts":
        from chalicelib.services.admin.accounts import AccountAdminPorts, AdministerAccounts

        made, store = self._container, self._container.store
        ports = AccountAdminPorts(
            accounts=store.accounts,
            admin_accounts=store.admins,
            trail=store.audit,
            queue=made.mail.queue,
            clock=made.clock,
            new_id=made.new_id,
        )
        return AdministerAccounts(ports)

    @cached_property
    def letters(self) -> "AdministerLetters":
        from chalicelib.services.admin.dead_letters import AdministerLetters

        made = self._container
        return AdministerLetters(made.store.letters, made.mail.queue, made.clock, made.new_id)

    @cached_property
    def trail(self) -> "ReadTrail":
        from chalicelib.services.admin.trail import ReadTrail

        return ReadTrail(self._container.store.audit)

    @cached_property
    def figures(self) -> "Figures":
        from chalicelib.services.admin.figures import Figures

        made, store = self._container, self._container.store
        return Figures(store.admins, store.event_lists, store.letters, store.outbox, made.clock)
