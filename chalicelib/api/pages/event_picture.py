"""The picture of an event that has none: what networks and messengers show beside a link."""

import functools
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from chalicelib.api.pages import letters
from chalicelib.api.pages.canvas import Canvas, Color, between, color
from chalicelib.api.pages.shown_event import PICTURE_SIZE, place_of
from chalicelib.mail import tokens
from chalicelib.mail.languages import Language
from chalicelib.services.events.change import EventView

WIDTH, HEIGHT = PICTURE_SIZE
_MARGIN, _LEAF, _BAND = 72, 152, 50
_LINE, _SMALL_LINE = 80, 42
_TITLE_LINES, _SMALL_LINES = 3, 3
_TOP, _FIRST_BASE, _LAST_BASE = 64, 312, 582


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """The texts of a picture: what stands on it, as far as there are letters for it."""

    title: str
    when: str
    place: str
    organizer: str
    product: str
    month: str
    day: str


def shown(view: EventView, language: Language, product: str) -> PictureFacts:
    """In the language of the picture, and on the clocks of the place."""
    facts = view.event.facts
    start: datetime = facts.starts_at.astimezone(ZoneInfo(facts.timezone))
    place = language.say("event.online") if facts.online and not place_of(facts) else place_of(facts)
    return PictureFacts(
        title=facts.title,
        when=language.when(facts),
        place=place,
        organizer=view.seats.organizer_name,
        product=product,
        month=language.say("time.months").split()[start.month - 1],
        day=str(start.day),
    )


@functools.cache
def _palette() -> dict[str, Color]:
    """By day: a picture does not know who looks at it."""
    day, _ = tokens.palettes()
    return {name: color(value) for name, value in day.items()}


def draw(texts: PictureFacts) -> bytes:
    """As PNG. A title for which there are no letters gives its room to whoever invites."""
    paint = _palette()
    ground, ink = paint["deep"], paint["ondeep"]
    faint = between(ground, ink, 0.75)
    canvas = Canvas(WIDTH, HEIGHT, ground)
    _draw_leaf(canvas, texts, paint)
    left = _MARGIN + _LEAF + 36
    when = letters.lines(letters.drawable(texts.when), _SMALL_LINES - 1, WIDTH - _MARGIN - left, small=True)
    place = letters.lines(letters.drawable(texts.place), 1, WIDTH - _MARGIN - left, small=True)
    base = _TOP + (_LEAF - _SMALL_LINE * len([*when, *place])) // 2 + 30
    for line, shade in [*((one, ink) for one in when), *((one, faint) for one in place)]:
        canvas.write(left, base, line, shade, ground, small=True)
        base += _SMALL_LINE
    organizer = letters.drawable(texts.organizer)
    title = letters.drawable(texts.title) or organizer or letters.drawable(texts.product)
    for number, line in enumerate(letters.lines(title, _TITLE_LINES, WIDTH - 2 * _MARGIN)):
        canvas.write(_MARGIN, _FIRST_BASE + number * _LINE, line, ink, ground)
    _draw_foot(canvas, organizer if organizer != title else "", letters.drawable(texts.product), paint)
    return canvas.png()


def _draw_leaf(canvas: Canvas, texts: PictureFacts, paint: dict[str, Color]) -> None:
    """The day as a leaf of a calendar."""
    canvas.fill(_MARGIN, _TOP, _LEAF, _BAND, paint["blue"])
    canvas.fill(_MARGIN, _TOP + _BAND, _LEAF, _LEAF - _BAND, paint["paper"])
    month = letters.drawable(texts.month)[:3].upper()
    left = _MARGIN + (_LEAF - letters.width(month, small=True)) // 2
    canvas.write(left, _TOP + 37, month, paint["onblue"], paint["blue"], small=True)
    left = _MARGIN + (_LEAF - letters.width(texts.day, large=True)) // 2
    canvas.write(left, _TOP + _LEAF - 10, texts.day, paint["deep"], paint["paper"], large=True)


def _draw_foot(canvas: Canvas, organizer: str, product: str, paint: dict[str, Color]) -> None:
    """Who invites on the left, and the service with its sign on the right."""
    ground, ink = paint["deep"], paint["ondeep"]
    canvas.fill(_MARGIN, _LAST_BASE - 50, WIDTH - 2 * _MARGIN, 2, between(ground, ink, 0.25))
    named = letters.lines(product, 1, WIDTH // 3, small=True)
    left = WIDTH - _MARGIN - sum(letters.width(line, small=True) for line in named)
    for line in named:
        canvas.write(left, _LAST_BASE, line, ink, ground, small=True)
    for line in letters.lines(organizer, 1, left - _MARGIN - 40, small=True):
        canvas.write(_MARGIN, _LAST_BASE, line, between(ground, ink, 0.75), ground, small=True)
