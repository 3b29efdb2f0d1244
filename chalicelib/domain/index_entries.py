"""Where the index shows an event: by the words of its texts, by three letters of title and location, by properties."""

from chalicelib.domain.events import LISTED, Event
from chalicelib.domain.words import LONGEST_WORD, bucket_of, folded, split_words, trigrams

Postings = dict[tuple[str, str], str]  # kind and name of each partition, and the event's words that belong there


def postings_of(event: Event) -> Postings:
    """Of the whole event, description included; none for what nobody may find."""
    if event.status not in LISTED:
        return {}
    facts = event.facts
    found: Postings = {}
    for text in (facts.title, facts.location or "", facts.description):
        for word in split_words(text):
            key = "word", bucket_of(word)
            known = found.get(key, "").split()
            if word[:LONGEST_WORD] not in known:
                found[key] = " ".join([*known, word[:LONGEST_WORD]])
    found |= {("intitle", gram): "" for gram in trigrams(facts.title)}
    found |= {("inplace", gram): "" for gram in trigrams(facts.location or "")}
    properties = [("country", facts.country), ("language", facts.language)]
    properties += [("tag", folded(tag)) for tag in facts.tags]
    return found | {("is", f"{name}#{value}"): "" for name, value in properties if value}
