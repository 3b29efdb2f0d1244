"""The languages of mails: complete, the same places for values, and moments as their readers write them."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import jinja2
import pytest

from chalicelib.api.http.response.pages import FOLDER, SITE
from chalicelib.domain.reference.reference_data import ZONES
from chalicelib.domain.shared.times import whole_days
from chalicelib.mail import languages
from chalicelib.mail.languages import LANGUAGES, TEXTS, Language, TextError, language, language_of, places
from chalicelib.mail.render import TemplateRenderer
from chalicelib.services.notifications.contexts import Context, EmailDraft
from chalicelib.services.notifications.mails.kinds import MAIL_KINDS
from devtools.mails.samples import FACTS, samples
from devtools.mails.snapshots import rendered

OTHERS = [tag for tag in LANGUAGES if tag != "en"]


def test_every_catalogue_is_a_language() -> None:
    assert {path.name for path in TEXTS.iterdir()} == {f"{tag}.toml" for tag in LANGUAGES}


@pytest.mark.parametrize("tag", OTHERS)
def test_a_language_has_the_same_texts_as_english_in_the_same_order(tag: str) -> None:
    assert list(language(tag).texts) == list(language("en").texts)


@pytest.mark.parametrize("tag", OTHERS)
def test_a_text_takes_the_same_values_as_in_english(tag: str) -> None:
    texts = language("en").texts
    english = {key: places(text) for key, text in texts.items()}

    assert {key: places(text) for key, text in language(tag).texts.items()} == english


@pytest.mark.parametrize("tag", LANGUAGES)
def test_no_text_is_empty_and_all_weekdays_and_months_have_a_name(tag: str) -> None:
    texts = language(tag).texts

    assert [key for key, text in texts.items() if not text.strip()] == []
    assert len(set(texts["time.weekdays"].split())) == 7
    assert len(set(texts["time.months"].split())) == 12


def test_every_text_is_said_by_some_mail() -> None:
    class Noted(dict[str, str]):
        def get(self, key: str, default: str | None = None) -> str | None:  # type: ignore[override]
            said.add(key)
            return super().get(key, default)

    said: set[str] = set()
    noting = Language("en", Noted(language("en").texts))
    renderer = TemplateRenderer("Turnout", lambda _: noting)

    for sample in samples():
        rendered(sample, "en", renderer)

    pages = {key for key in noting.texts if key.startswith(("page.", "refused.", "site."))}
    assert set(noting.texts) - said == pages


def test_a_text_that_there_is_not_is_an_error_and_no_empty_space() -> None:
    with pytest.raises(TextError, match=r"^de has no text greeting\.loud$"):
        language("de").say("greeting.loud")


@pytest.mark.parametrize("values", [{}, {"name": "Ada", "title": "Countess"}, {"title": "Countess"}])
def test_a_text_is_told_exactly_the_values_that_it_has_places_for(values: dict[str, str]) -> None:
    with pytest.raises(TextError, match=r"^en greeting\.named takes \['name'\], not "):
        language("en").say("greeting.named", **values)


def test_where_a_template_chooses_between_two_texts_both_take_the_values_that_it_gives() -> None:
    """Otherwise the page fails for the few who are told the rarer one."""
    chosen = re.compile(r'say\("([\w.]+\.)" ~ \("(\w+)" if [^"]+ else "(\w+)"\)((?:, \w+=[^={}]+?)*)\)[ )}]')
    folders = (FOLDER, SITE, TEXTS.parent / "templates")
    templates = [path.read_text(encoding="utf-8") for folder in folders for path in folder.rglob("*.*")]
    found = [choice for template in templates for choice in chosen.findall(template)]
    texts = language("en").texts

    assert len(found) > 10
    for before, one, other, given in found:
        names = set(re.findall(r", (\w+)=", given))
        assert places(texts[before + one]) == places(texts[before + other]) == names, before


def test_braces_that_people_write_are_only_text() -> None:
    assert language("en").say("greeting.named", name="{product} {0.__class__}") == "Hello {product} {0.__class__},"


@pytest.mark.parametrize("context", list(dict.fromkeys(mail.context for mail in MAIL_KINDS.values())))
def test_a_context_that_knows_less_than_its_template_asks_for_is_an_error(context: type[Context]) -> None:
    kind = next(kind for kind, mail in MAIL_KINDS.items() if mail.context is context)
    draft = EmailDraft(to="ada@example.org", locale="de", context=Context())

    with pytest.raises(jinja2.UndefinedError):
        TemplateRenderer("Turnout").render(kind, draft, "reference")


@pytest.mark.parametrize(
    ("locale", "tag"),
    [
        ("en", "en"), ("en-GB", "en"), ("de", "de"), ("de-AT", "de"), ("DE-ch", "de"), ("de-Latn-CH-1996", "de"),
        ("fr", "en"), ("den", "en"), ("", "en"), ("zh-Hant", "en"),
    ],
)  # fmt: skip
def test_a_locale_reads_its_language_whatever_the_region_and_english_when_there_is_none(locale: str, tag: str) -> None:
    assert language_of(locale).tag == tag


SPANS = {
    ("2026-07-01T09:00", "2026-07-01T15:00", "Europe/Berlin"): (
        "Wednesday, 1 July 2026, 11:00 to 17:00 (Berlin time)",
        "Mittwoch, 1. Juli 2026, 11:00 bis 17:00 Uhr (Ortszeit Berlin)",
    ),
    # Summer time ends in between: both ends are what clocks at the place show.
    ("2026-10-23T16:00", "2026-10-25T17:00", "Europe/Vienna"): (
        "Friday, 23 October 2026, 18:00 to Sunday, 25 October 2026, 18:00 (Vienna time)",
        "Freitag, 23. Oktober 2026, 18:00 Uhr bis Sonntag, 25. Oktober 2026, 18:00 Uhr (Ortszeit Wien)",
    ),
    ("2026-03-02T23:30", "2026-03-03T00:30", "UTC"): (
        "Monday, 2 March 2026, 23:30 to Tuesday, 3 March 2026, 00:30 (UTC)",
        "Montag, 2. März 2026, 23:30 Uhr bis Dienstag, 3. März 2026, 00:30 Uhr (UTC)",
    ),
    # The hour from two to three comes twice.
    ("2026-10-25T00:45", "2026-10-25T01:15", "Europe/Berlin"): (
        "Sunday, 25 October 2026, 02:45 (UTC+2) to 02:15 (UTC+1) (Berlin time)",
        "Sonntag, 25. Oktober 2026, 02:45 (UTC+2) bis 02:15 (UTC+1) Uhr (Ortszeit Berlin)",
    ),
    ("2026-10-25T00:45", "2026-10-25T02:15", "Europe/Berlin"): (
        "Sunday, 25 October 2026, 02:45 (UTC+2) to 03:15 (Berlin time)",
        "Sonntag, 25. Oktober 2026, 02:45 (UTC+2) bis 03:15 Uhr (Ortszeit Berlin)",
    ),
    # Half an hour comes twice here.
    ("2026-04-04T14:45", "2026-04-04T15:15", "Australia/Lord_Howe"): (
        "Sunday, 5 April 2026, 01:45 (UTC+11) to 01:45 (UTC+10:30) (Lord Howe time)",
        "Sonntag, 5. April 2026, 01:45 (UTC+11) bis 01:45 (UTC+10:30) Uhr (Ortszeit Lord Howe)",
    ),
    ("2026-03-06T20:00", "2026-03-09T20:00", "US/Pacific"): (
        "Friday, 6 March 2026, 12:00 to Monday, 9 March 2026, 13:00 (UTC-8/UTC-7)",
        "Freitag, 6. März 2026, 12:00 Uhr bis Montag, 9. März 2026, 13:00 Uhr (UTC-8/UTC-7)",
    ),
}


@pytest.mark.parametrize(("times", "lines"), SPANS.items())
def test_a_span_in_every_language(times: tuple[str, str, str], lines: tuple[str, str]) -> None:
    start, end = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in times[:2])
    facts = replace(FACTS, starts_at=start, ends_at=end, timezone=times[2])

    assert tuple(language(tag).when(facts) for tag in ("en", "de")) == lines


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("Europe/Berlin", "Berlin time"), ("America/Argentina/Buenos_Aires", "Buenos Aires time"),
        ("America/North_Dakota/New_Salem", "New Salem time"), ("America/Port-au-Prince", "Port-au-Prince time"),
        ("Asia/Calcutta", "Kolkata time"), ("Asia/Kathmandu", "Kathmandu time"), ("Pacific/Chatham", "Chatham time"),
        ("UTC", "UTC"), ("Etc/UTC", "UTC"), ("GMT", "UTC"), ("Etc/GMT+5", "UTC-5"), ("Etc/GMT-14", "UTC+14"),
        ("CET", "UTC+2"), ("EST", "UTC-5"), ("Japan", "UTC+9"), ("US/Eastern", "UTC-4"), ("Iran", "UTC+3:30"),
        ("NZ-CHAT", "UTC+12:45"), ("Canada/Newfoundland", "UTC-2:30"), ("Australia/ACT", "UTC+10"),
    ],
)  # fmt: skip
def test_people_see_a_city_or_an_offset(zone: str, shown: str) -> None:
    facts = replace(FACTS, timezone=zone)

    assert language("en").moment_of(datetime(2026, 7, 1, 12, 0, tzinfo=UTC), facts).endswith(f"({shown})")


@pytest.mark.parametrize("tag", LANGUAGES)
def test_no_name_of_a_zone_is_shown_as_it_is_stored(tag: str) -> None:
    for zone in ZONES.split():
        written = language(tag).when(replace(FACTS, timezone=zone))

        assert not re.search(r"[A-Za-z]/[A-Za-z]|_", written.replace("UTC+", "").replace("UTC-", "")), written


def test_an_end_that_nobody_set_is_not_told() -> None:
    facts = replace(FACTS, ends_at_assumed=True)

    assert language("en").when(facts) == "Wednesday, 1 July 2026, 11:00 (Berlin time)"
    assert language("de").when(facts) == "Mittwoch, 1. Juli 2026, 11:00 Uhr (Ortszeit Berlin)"


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Los_Angeles", "Pacific/Kiritimati", "Asia/Beirut"])
@pytest.mark.parametrize("is_assumed", [True, False])
def test_whole_days_are_days(zone: str, *, is_assumed: bool) -> None:
    start = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
    for number, expected in ((0, "{}"), (2, "{} to {}")):
        first, after = whole_days(start, start + timedelta(days=number), zone)
        facts = replace(
            FACTS,
            starts_at=first,
            ends_at=after,
            all_day=True,
            timezone=zone,
            ends_at_assumed=is_assumed and not number,
        )
        local = start.astimezone(ZoneInfo(zone))
        days = [f"{day:%A}, {day.day} {day:%B %Y}" for day in (local, local + timedelta(days=number))]

        assert language("en").when(facts) == expected.format(*days)
        assert (language("en").start_of(facts), language("en").end_of(facts)) == tuple(days)


@pytest.mark.parametrize(
    ("price", "currency", "size", "lines"),
    [
        ("0.00", "EUR", 1, ("", "")),
        ("0", "JPY", 2, ("", "")),
        ("12.50", "EUR", 1, ("EUR 12.50", "12,50 EUR")),
        ("12.50", "EUR", 2, ("EUR 12.50 per person", "12,50 EUR pro Person")),
        ("1234567.00", "USD", 1, ("USD 1,234,567.00", "1.234.567,00 USD")),
        ("5000", "JPY", 1, ("JPY 5,000", "5.000 JPY")),
        ("1.234", "KWD", 1, ("KWD 1.234", "1,234 KWD")),
    ],
)
def test_a_price_in_every_language(price: str, currency: str, size: int, lines: tuple[str, str]) -> None:
    facts = replace(FACTS, price=price, currency=currency)

    assert tuple(language(tag).price(facts, size) for tag in ("en", "de")) == lines


def test_a_moment_in_every_language() -> None:
    at = datetime(2026, 12, 31, 23, 5, tzinfo=UTC)

    assert language("en").moment_of(at, FACTS) == "Friday, 1 January 2027, 00:05 (Berlin time)"
    assert language("de").moment_of(at, FACTS) == "Freitag, 1. Januar 2027, 00:05 Uhr (Ortszeit Berlin)"


def test_every_month_and_weekday_is_the_right_one() -> None:
    german: Language = language("de")

    days = [german.moment(datetime(2026, month, 1, 12, 0, tzinfo=UTC), "UTC").split(",")[:2] for month in range(1, 13)]
    assert [day[0] for day in days[:8]] == [
        "Donnerstag", "Sonntag", "Sonntag", "Mittwoch", "Freitag", "Montag", "Mittwoch", "Samstag",
    ]  # fmt: skip
    assert [day[1].split()[1] for day in days] == language("de").texts["time.months"].split()


def test_no_template_has_words_of_its_own() -> None:
    """Words in a template would be the same in every language."""
    mail = Path(languages.__file__).parent
    templates = [*mail.joinpath("templates").rglob("*.*")]
    pages = [path for folder in (FOLDER, SITE) for path in folder.glob("*.html")]
    assert templates
    assert pages
    for path in templates + pages:
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        text = re.sub(r"<style>.*</style>|<[^>]*>", " ", text, flags=re.DOTALL)
        words = re.sub(r"[\w-]+=\"[^\"]*\"|\bautofocus\b", " ", text).split()  # a macro may be attributes only
        assert [word for word in words if word not in {"--", "-", ":", "."}] == [], path
