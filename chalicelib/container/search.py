"""Finding events. The API needs the finder and the job worker the indexer: each is imported where it is made."""

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.container import Container

if TYPE_CHECKING:
    from chalicelib.services.search.finder import EventFinder
    from chalicelib.services.search.indexer import EventIndexer
    from chalicelib.services.search.organizers import Organizers
    from chalicelib.services.search.sitemap import Sitemap


class SearchCases:
    def __init__(self, container: Container) -> None:
        self._container = container

    @cached_property
    def finder(self) -> "EventFinder":
        from chalicelib.services.search.finder import EventFinder

        store = self._container.store

        def lists_full() -> bool:
            return store.nearly_full.is_complete()

        return EventFinder(store.postings, store.event_lists, self._container.clock, lists_full)

    @cached_property
    def indexer(self) -> "EventIndexer":
        from chalicelib.services.search.indexer import EventIndexer

        container, store = self._container, self._container.store
        nearly_full = container.seats.nearly_full
        return EventIndexer(store.event_index, store.events, container.clock, container.new_id, nearly_full)

    @cached_property
    def organizers(self) -> "Organizers":
        from chalicelib.services.search.organizers import Organizers

        container, store = self._container, self._container.store
        return Organizers(store.organizers, store.accounts, container.mail.queue, container.clock, container.new_id)

    @cached_property
    def sitemap(self) -> "Sitemap":
        from chalicelib.services.search.sitemap import Sitemap

        return Sitemap(self._container.store.event_lists, self._container.clock)
