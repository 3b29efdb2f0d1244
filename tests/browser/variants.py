"""How a page is seen: its reader's language and taste, and the window."""

from dataclasses import dataclass

NARROW, WIDE = 390, 1400
HEIGHT = 900


@dataclass(frozen=True, slots=True)
class Variant:
    lang: str = "en"
    dark: bool = False
    width: int = WIDE
    scripts: bool = True

    @property
    def name(self) -> str:
        return f"{self.lang}-{self.width}-{'dark' if self.dark else 'light'}{'' if self.scripts else '-no-scripts'}"


# By day and by night, on a telephone and on a desk.
LOOKS = tuple(Variant(dark=dark, width=width) for width in (NARROW, WIDE) for dark in (False, True))
# Both hours and both windows in two looks.
OPPOSITES = (LOOKS[0], LOOKS[-1])
