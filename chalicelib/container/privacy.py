"""What people do with everything that is kept about them: they get it, and have it erased."""

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.container import Container

if TYPE_CHECKING:
    from chalicelib.services.privacy.closing import CloseAccount
    from chalicelib.services.privacy.erasure import Erasure
    from chalicelib.services.privacy.export import Export


class PrivacyCases:
    """Each is imported at its first use: jobs erase, and have no keys."""

    def __init__(self, container: Container) -> None:
        self._container = container

    @cached_property
    def close(self) -> "CloseAccount":
        from chalicelib.services.privacy.closing import CloseAccount, ClosingPorts

        container, store = self._container, self._container.store
        return CloseAccount(
            ClosingPorts(
                accounts=store.accounts,
                erasures=store.erasures,
                events=store.event_lists,
                fresh_login=container.accounts.fresh_login,
                macs=container.security.macs,
                queue=container.mail.queue,
                clock=container.clock,
                new_id=container.new_id,
            )
        )

    @cached_property
    def export(self) -> "Export":
        from chalicelib.services.privacy.export import Export, ExportPorts

        container, store = self._container, self._container.store
        return Export(
            ExportPorts(
                fresh_login=container.accounts.fresh_login,
                accounts=store.accounts,
                attendees=store.attendees,
                mailboxes=store.mailboxes,
                mail_logs=store.mail_logs,
                enrollments=store.enrollments,
                events=store.events,
                lists=store.event_lists,
                personal=store.erasures,
                teams=store.teams,
                macs=container.security.macs,
                handles=container.security.handles,
                clock=container.clock,
            )
        )

    @cached_property
    def erasure(self) -> "Erasure":
        from chalicelib.services.privacy.erasure import Erasure, ErasurePorts

        container, store = self._container, self._container.store
        return Erasure(
            ErasurePorts(
                accounts=store.accounts,
                erasures=store.erasures,
                attendees=store.attendees,
                enrollments=store.enrollments,
                events=store.events,
                lists=store.event_lists,
                seats=store.seats,
                release=container.seats.release,
                teams=store.teams,
                queue=container.mail.queue,
                clock=container.clock,
                new_id=container.new_id,
                pace=container.pace,
            )
        )
