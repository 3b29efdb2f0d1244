"""What every pass says, in the language of whoever asks for it."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from chalicelib.domain.events.event_facts import EventFacts
from chalicelib.mail.languages import Language
from chalicelib.services.checkin.wallet_ticket import WalletTicket


@dataclass(frozen=True, slots=True)
class PassField:
    """A label, and what stands under it."""

    key: str
    label: str
    value: str


def where(facts: EventFacts, language: Language) -> str:
    """As the page of the mailed link says it; both of an event that is at a place and online. Empty: nobody said."""
    online = language.say("event.online") if facts.online else ""
    return ", ".join(one for one in (facts.location, online) if one)


def said_of(ticket: WalletTicket, language: Language) -> list[PassField]:
    """When, where and for how many; what there is nothing to say about is left out."""
    facts = ticket.event.facts
    people = language.say("page.fact.people", count=ticket.party_size) if ticket.party_size > 1 else ""
    found = (
        PassField("when", language.say("page.fact.when"), language.when(facts)),
        PassField("where", language.say("page.fact.where"), where(facts, language)),
        PassField("party", language.say("page.fact.party"), people),
    )
    return [one for one in found if one.value]


def local(at: datetime, facts: EventFacts) -> str:
    """A moment on the clocks of the event, with their offset."""
    return at.astimezone(ZoneInfo(facts.timezone)).isoformat(timespec="minutes")
