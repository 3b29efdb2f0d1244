"""Where the index shows an event: by words of its texts, three letters of title and location, properties, cells."""

from chalicelib.domain.events.event import Event
from chalicelib.domain.search.event_filter import EventFilter, filters_of
from chalicelib.domain.search.filters import IndexEntries, ListKind, words_of
from chalicelib.domain.search.posting_facts import PostingFacts, facts_of
from chalicelib.domain.search.words import title_key


def facts_shown(event: Event, entries: IndexEntries) -> PostingFacts:
    """What every row of these entries says of the event."""
    labels = [name for kind, name in entries if kind == ListKind.IS]
    return facts_of(title_key(event.facts.title), words_of(event), labels, event.facts.coordinates)


def entries_of(event: Event, filters: type[EventFilter] = EventFilter) -> IndexEntries:
    """Of the whole event, description included, what its filters look for; none for what nobody may find."""
    if not event.is_listed:
        return {}
    return {name: words for how in filters_of(filters).values() for name, words in how.entries(event).items()}
