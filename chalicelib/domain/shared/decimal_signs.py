"""Where people write `12,50`: there a comma cannot stand between values, and spreadsheets expect semicolons.

From the locale data of Unicode (CLDR): languages with a decimal comma, and regions that write otherwise than most who
share their language. Swiss spreadsheets separate by semicolons, too, whatever their decimals are.
"""

_WITH_COMMA = (
    "af ast az be bg br bs ca cs da de dsb el eo es et eu fi fo fr fur fy gl hr hsb hu hy ia id is it ka kea kk kl ky "
    "lb ln lt lv mk nb nl nn no oc os pl pt rn ro ru rw sah sc se seh sk sl sq sr sv szl tg tk tr tt uk uz vec vi wa wo"
)
_POINT_IN = {"es": "419 BZ CU DO GT HN MX NI PA PE PR SV US"}
_SWISS, _SWISS_REGIONS = frozenset({"gsw", "rm"}), frozenset({"CH", "LI"})
_COMMA_IN = {"ar": "DZ LY MA MR TN", "en": "AT BE DE DK FI NL SE SI ZA"}


def expects_semicolons(tag: str | None) -> bool:
    """Whether spreadsheets of who reads the language of this canonical BCP 47 tag do; None: no."""
    language, *rest = (tag or "").split("-")
    region = next((subtag for subtag in rest if _is_region(subtag)), "")
    if language in _SWISS or region in _SWISS_REGIONS:
        return True
    if language in _WITH_COMMA.split():
        return region not in _POINT_IN.get(language, "").split()
    return region in _COMMA_IN.get(language, "").split()


def _is_region(subtag: str) -> bool:
    return (len(subtag) == 2 and subtag.isupper()) or (len(subtag) == 3 and subtag.isdigit())  # noqa: PLR2004 - BCP 47
