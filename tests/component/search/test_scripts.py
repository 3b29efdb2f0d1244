"""One table of what is found in each script, asked over HTTP."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest

from tests.support.builders import a_person
from tests.support.world import World

TITLES = {
    "wroclaw": "Ruby in Wrocław",
    "tromso": "Tromsø Æther Þing",
    "danang": "Đà Nẵng, Diyarbakır",
    "node": "Node.js und JavaScript",
    "nodejs": "NodeJS at night",
    "shop": "E-Commerce Day",
    "shops": "eCommerce Berlin",
    "oreilly": "O’Reilly Conference",
    "oreillys": "OReilly Summit",
    "csharp": "C# for all",
    "cpp": "C++ for all",
    "fsharp": "F# and .NET",
    "party": "🎉 Launch ❤️",
    "flag": "🇩🇪 🇪🇸 Treffen 1️⃣",
    "danes": "🇩🇰 🇪🇪 Møde",
    "coder": "👩🏽‍💻 at work",
    "catalan": "Col·lecció",
    "hindi": "हिंदी कवि सम्मेलन",
    "tamil": "தமிழ் மாநாடு",
    "thai": "งานเทศกาลเชียงใหม่",
    "lao": "ງານບຸນຫຼວງພະບາງ",
    "khmer": "ពិធីបុណ្យភ្នំពេញ",
    "burmese": "ရန်ကုန်ပွဲတော်",
    "chinese": "北京开发者大会",
    "japanese": "東京カンファレンス",
    "korean": "서울 개발자 모임",
    "persian": "کنفرانس می‌خواهم",
    "greek": "Αθήνα Συνέδριο",
    "cyrillic": "Ёлка в Москве",
    "ukrainian": "Ґанок Қазақстан",
    "ancient": "ᾠδή Ἑλλάς",
    "hebrew": "צה״ל ג׳ירפה בית־ספר",
    "pointed": "שָׁלוֹם עֲלֵיכֶם",
    "arabic": "مدرسة القاهِرَة ۱۴۰۵",
    "kurdish": "ھەولێر",
    "malayalam": "അവൻ കൊച്ചി",
    "armenian": "Երևան",
    "devanagari": "गिनती १२३",
    "hausa": "Qurʾān Hawaiʻi",
    "mark": "™Tupperware",
    "umlauts": "Zürich, Köln und Häuser",
    "digraphs": "Zuerich, Koeln und Haeuser",
    "danish": "Århus og Malmö",
    "towns": "Muenchen ist München",
    "gust": "Gustav Blumenthal",
}

FOUND = [
    ("wroclaw", {"wroclaw"}),
    ("WROCŁAW", {"wroclaw"}),
    ("tromso aether thing", {"tromso"}),
    ("da nang diyarbakir", {"danang"}),
    ("nodejs", {"node", "nodejs"}),
    ("Node.js", {"node", "nodejs"}),
    ("node-js", {"node", "nodejs"}),
    ("ecommerce", {"shop", "shops"}),
    ("e-commerce", {"shop", "shops"}),
    ("commerce", {"shop"}),
    ("oreilly", {"oreilly", "oreillys"}),
    ("O'Reilly", {"oreilly", "oreillys"}),
    ("C#", {"csharp"}),
    ("C♯", {"csharp"}),
    ("c++", {"cpp"}),
    ("c", {"csharp", "cpp"}),
    ("f#", {"fsharp"}),
    (".net", {"fsharp"}),
    ("🎉", {"party"}),
    ("❤", {"party"}),
    ("🎈", set()),
    ("🇩🇪", {"flag"}),
    ("🇩🇰", {"danes"}),
    ("🇪🇸 🇩🇪", {"flag"}),
    ("👩‍💻", {"coder"}),
    ("💻", {"coder"}),
    ("1", {"flag"}),
    ("colleccio", {"catalan"}),
    ("col·lecció", {"catalan"}),
    ("हिंदी", {"hindi"}),
    ("सम्मेलन", {"hindi"}),
    ("क", set()),
    ("वि", set()),
    ("தமிழ்", {"tamil"}),
    ("เชียงใหม่", {"thai"}),
    ("เชียงราย", set()),
    ("ຫຼວງພະບາງ", {"lao"}),
    ("ភ្នំពេញ", {"khmer"}),
    ("ရန်ကုန်", {"burmese"}),
    ("开发者", {"chinese"}),
    ("東京", {"japanese"}),
    ("개발", {"korean"}),
    ("میخواهم", {"persian"}),
    ("كنفرانس", {"persian"}),
    ("αθηνα", {"greek"}),
    ("елка", {"cyrillic"}),
    ("ганок казак", {"ukrainian"}),
    ("ωδη", {"ancient"}),
    ("ᾨΔΉ", {"ancient"}),
    ("צהל", {"hebrew"}),
    ('צה"ל', {"hebrew"}),
    ("ג'ירפה", {"hebrew"}),
    ("בית-ספר", {"hebrew"}),
    ("ביתספר", {"hebrew"}),
    ("שלום", {"pointed"}),
    ("مدرسه", {"arabic"}),
    ("مَدْرَسَة", {"arabic"}),
    ("1405", {"arabic"}),
    ("١٤٠٥", {"arabic"}),
    ("هەولێر", {"kurdish"}),
    ("അവന്\u200d", {"malayalam"}),
    ("ԵՐԵՎԱՆ", {"armenian"}),
    ("123", {"devanagari"}),
    ("quran hawaii", {"hausa"}),
    ("tupperware", {"mark"}),
    ("zuerich", {"umlauts", "digraphs"}),
    ("Zürich", {"umlauts", "digraphs"}),
    ("zurich", {"umlauts"}),
    ("KOELN", {"umlauts", "digraphs"}),
    ("köln", {"umlauts", "digraphs"}),
    ("haeuser", {"umlauts", "digraphs"}),
    ("Zu\u0308rich", {"umlauts", "digraphs"}),
    ("zuerich koeln", {"umlauts", "digraphs"}),
    ("zuerich-koeln", {"umlauts", "digraphs"}),
    ("aarhus malmoe", {"danish"}),
    ("muenchen", {"towns"}),
    ("München", {"towns"}),
    ("guest", set()),
    ("blue", set()),
]
IN_TITLES = [
    ("wrocl", {"wroclaw"}),
    ("o'reil", {"oreilly"}),
    ("C#", {"csharp"}),
    ("เชียง", {"thai"}),
    ("เช", {"thai"}),
    ("हिं", {"hindi"}),
    ("🎉", {"party"}),
    ("👩‍💻", {"coder"}),
    ("🇩🇪", {"flag"}),
    ("🇩🇰", {"danes"}),
    ("zuerich", {"umlauts", "digraphs"}),
    ("Zürich, K", {"umlauts", "digraphs"}),
    ("köln", {"umlauts", "digraphs"}),
    ("koel", {"digraphs"}),
    ("muenchen", {"towns"}),
    ("guest", set()),
]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World() as made:
        organizer = a_person(made)
        for name, title in TITLES.items():
            made.an_event(organizer.token, title=title, description="", location=title, tags=[name])
        made.work()
        yield made


def found(world: World, parameter: str, text: str) -> set[str]:
    answer = world.get(f"/events?{parameter}={quote(text)}&page_size=100")
    assert answer.status == 200, answer.text
    names = [event["tags"][0] for event in answer.json["results"]]
    assert (len(names), answer.json["count"]) == (len(set(names)), len(names)), "each once, and so counted"
    return set(names)


@pytest.mark.parametrize(("text", "names"), FOUND)
def test_words_are_found_as_people_of_each_script_write_them(world: World, text: str, names: set[str]) -> None:
    assert found(world, "q", text) == names


@pytest.mark.parametrize(("text", "names"), IN_TITLES)
@pytest.mark.parametrize("parameter", ["title", "location"])
def test_parts_of_titles_and_places_are_found_alike(world: World, parameter: str, text: str, names: set[str]) -> None:
    assert found(world, parameter, text) == names


def test_a_tag_is_one_without_its_accents(world: World) -> None:
    organizer = a_person(world)
    world.an_event(organizer.token, title="Łączka", tags=["łódź"])
    world.work()

    assert [event["title"] for event in world.get("/events?tag=LODZ").json["results"]] == ["Łączka"]
