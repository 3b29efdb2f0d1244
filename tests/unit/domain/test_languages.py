"""Language tags: RFC 5646 well-formedness, canonical case and codes, and English names."""

import pytest

from chalicelib.domain.reference import languages

ISO_639_1 = """
aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et
eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk
kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny
oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk
tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
CODES = ISO_639_1.split()


def test_every_two_letter_code_is_its_own_canonical_tag() -> None:
    assert len(CODES) == 183
    assert [languages.parse(code.upper()) for code in CODES] == CODES


def test_every_two_letter_code_is_reached_by_a_name_and_by_a_three_letter_code() -> None:
    by_name = set(languages._codes_by_name().values())
    by_long_code = {short for code, short in languages._codes().items() if len(code) == 3 and len(short) == 2}

    assert by_name == set(CODES)
    assert by_long_code == set(CODES)


def test_a_name_that_looks_like_a_code_means_the_same_language() -> None:
    codes, names = languages._codes(), languages._codes_by_name()

    assert {"ewe", "ido", "lao", "twi"} <= codes.keys() & names.keys()
    assert all(codes[text] == names[text] for text in codes.keys() & names.keys())


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("en", "en"),
        ("PT-br", "pt-BR"),
        ("ZH-HANT-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("de-ch-1901", "de-CH-1901"),
        ("SL-ROZAJ-BISKE-1994", "sl-rozaj-biske-1994"),
        ("de-1ABC", "de-1abc"),
        ("en-U-CA-GREGORY-X-CA-ABCD", "en-u-ca-gregory-x-ca-abcd"),
        ("eng", "en"),
        ("GER-at", "de-AT"),
        ("deu", "de"),
        ("iw", "he"),
        ("zh-yue", "yue"),
        ("zh-cmn-hans-cn", "cmn-Hans-CN"),
        ("sgn-ase-us", "ase-US"),
        ("gsw-CH", "gsw-CH"),
        ("mul", "mul"),
        ("English", "en"),
        ("PORTUGUESE", "pt"),
        ("modern greek", "el"),
        ("Farsi", "fa"),
        ("Norwegian Bokmål", "nb"),
    ],
)
def test_what_people_write_becomes_the_canonical_tag(written: str, tag: str) -> None:
    assert languages.parse(written) == tag
    assert languages.parse(tag) == tag


@pytest.mark.parametrize(
    "text",
    [
        "",
        "e",
        "jp",
        "xx-US",
        "qqq",
        "und",
        "klingon",
        "i-klingon",
        "x-private",
        "en_US",
        "en-",
        "-en",
        "en--US",
        "en-x",
        "en-u",
        "en-US-GB",
        "en-Latn-Cyrl",
        "en-yue",
        "zh-qqq",
        "de-1901-1901",
        "en-a-bb-a-cc",
        "en-٤١٩",
        "en\n",
        "en\0",
        " en",
        "English, German",
        "de-" + "variants-" * 4 + "1901",
    ],
    ids=ascii,
)
def test_junk_is_no_language(text: str) -> None:
    assert languages.parse(text) is None


def test_the_longest_tag_in_use_fits_and_longer_ones_do_not() -> None:
    longest = "en-x-" + "-".join(["abcdefgh"] * 3) + "-abc"

    assert len(longest) == 35
    assert languages.parse(longest) == longest
    assert languages.parse(longest + "de") is None


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("de", "de"),
        ("de-at,de;q=0.9,en;q=0.5", "de-AT"),
        ("en;q=0.5, de;q=0.9", "de"),
        ("fr, de", "fr"),
        ("*, de;q=0.1", "de"),
        ("nonsense-of-mine, de;q=0.1", "de"),
        ("de;q=0, en;q=0.001", "en"),
        ("de;q=2, en;q=0.1", "en"),
        ("de; q=1.000", "de"),
        ("", None),
        ("*", None),
        (";,;q=,q=1,de;level=1", None),
        ("en-" * 1_000_000, None),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_browser_says_what_somebody_likes_to_read(header: str, tag: str | None) -> None:
    assert languages.preferred(header) == tag


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("fr, de;q=0.8, en;q=0.2", "de"),
        ("gsw, de", "de"),
        ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", "en"),
        ("de-AT", "de-AT"),
        ("DE-at;Q=0.9,en;q=0.5", "de-AT"),
        ("de-Latn-CH-1996", "de-Latn-CH-1996"),
        ("de-x-mine", "de-x-mine"),
        ("ger", "de"),
        ("fr, *;q=0.5", None),
        ("fr", None),
        ("*", None),
        ("", None),
        ("junk!, en_US", None),
        ("*, de;q=0.5", "en"),
        ("*;q=0.5, de;q=0.9", "de"),
        ("*;q=0.1, de;q=0", "en"),
        ("en;q=0, *", "de"),
        ("en;q=0", "de"),
        ("de;q=0", "en"),
        ("de-AT, de;q=0", "en"),
        ("de-AT;q=0, de", "de"),
        ("en;q=0, de;q=0", None),
        ("fr, *;q=0", None),
        ("de;q=0.000, en;q=0.001", "en"),
        ("de;q=1.5, en;q=0.1", "en"),
        ("en;q=0.5, de;q=0.5", "en"),
        ("fr;q=1, " * 200 + "de", None),
    ],
    ids=lambda value: str(value)[:40],
)
def test_the_best_supported_language_is_chosen(header: str, tag: str | None) -> None:
    assert languages.best(header, ("en", "de")) == tag


@pytest.mark.parametrize(
    ("tag", "served_by"),
    [("pt-BR", "pt-BR"), ("pt-br", "pt-BR"), ("pt", "pt"), ("pt-AO", "pt"), ("zh-Hant-TW", "zh-Hant"), ("zh", None),
     ("zh-Hans", None), ("de-u-co-phonebk", "de"), ("den", None), ("", None)],
)  # fmt: skip
def test_a_tag_is_served_by_itself_without_its_last_parts(tag: str, served_by: str | None) -> None:
    assert languages.nearest(tag, ("pt", "pt-BR", "zh-Hant", "de")) == served_by
