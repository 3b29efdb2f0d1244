"""The ticket as one picture: the code, and below it the event, whose place it is, when and where."""

import html
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from chalicelib.api.checkin.text_lines import base_direction, in_lines, one_line
from chalicelib.api.http.response import qr
from chalicelib.mail import tokens
from chalicelib.mail.languages import Language
from chalicelib.services.enrollments.view import EnrollmentView

_WIDTH, _MARGIN, _GAP = 360, 20, 8
_ACROSS = _WIDTH - 2 * _MARGIN
_LEADING = 1.35
_FONTS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', Helvetica, Arial, sans-serif"


@dataclass(frozen=True, slots=True)
class _Block:
    """One fact: what is longer than `most` lines ends in an ellipsis."""

    text: str
    size: int
    most: int
    color: str = "ink"
    weight: int = 400
    language: str | None = None

    def drawn(self, top: float) -> tuple[str, float]:
        """The lines below `top`, and where the next block may begin. Centered, so that no direction needs a side."""
        day, _ = tokens.palettes()
        marks = f" xml:lang={quoteattr(self.language)}" if self.language else ""
        marks += ' direction="rtl"' if base_direction(self.text) == "rtl" else ""
        style = f'font-size="{self.size}" font-weight="{self.weight}" fill="{day[self.color]}"{marks}'
        made = []
        for line in in_lines(self.text, _ACROSS / self.size, self.most):
            made.append(f'<text x="{_WIDTH // 2}" y="{top + self.size:g}" {style}>{html.escape(line)}</text>')
            top += self.size * _LEADING
        return "".join(made), top + _GAP


def picture(code: str, view: EnrollmentView, language: Language) -> str:
    """An SVG that needs nothing besides itself and says the same to who cannot see it."""
    blocks = _blocks(view, language)
    drawn, top = [], float(_MARGIN + _ACROSS + _GAP)
    for block in blocks:
        made, top = block.drawn(top)
        drawn.append(made)
    height = round(top + _MARGIN)
    title = html.escape(f"{language.say('page.ticket.title')}: {blocks[0].text}")
    described = html.escape("\n".join(block.text for block in blocks[1:]))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" lang="{language.tag}" '
        f'aria-labelledby="ticket-title ticket-facts"><title id="ticket-title">{title}</title>'
        f'<desc id="ticket-facts">{described}</desc><rect width="{_WIDTH}" height="{height}" rx="16" fill="#fff"/>'
        f"{qr.part(code, x=_MARGIN, y=_MARGIN, side=_ACROSS)}"
        f'<g text-anchor="middle" font-family="{_FONTS}">{"".join(drawn)}</g></svg>'
    )


def text(view: EnrollmentView, language: Language) -> str:
    """All that stands below the code."""
    return "\n".join(block.text for block in _blocks(view, language))


def _blocks(view: EnrollmentView, language: Language) -> list[_Block]:
    facts = view.event.facts
    people = view.enrollment.party_size
    where = [language.say("event.online")] if facts.online else []
    where += [facts.location] if facts.location else []
    found = [
        _Block(one_line(facts.title), 20, 3, weight=700, language=facts.language),
        _Block(one_line(view.name), 16, 2, weight=600),
        _Block(language.say("event.party", count=people) if people > 1 else "", 14, 1),
        _Block(language.when(facts), 14, 3),
        *(_Block(one_line(place), 14, 3, color="soft") for place in where),
    ]
    return [block for block in found if block.text]
