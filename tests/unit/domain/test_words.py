"""Words as they are compared: folded, split, and cut into the keys of the index."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.search.event_filter import EventFilter
from chalicelib.domain.search.posting_facts import facts_of
from chalicelib.domain.search.words import (
    bucket_of,
    buckets_of,
    contains,
    folded,
    has_words,
    split_words,
    title_bucket,
    title_key,
    trigrams,
)

SAME = [
    ("München", "munchen"),
    ("MÜNCHEN", "munchen"),
    ("Straße", "strasse"),
    ("STRASSE", "straße"),
    ("Café  Noir ", "cafe noir"),
    ("ＦＵＬＬ ｗｉｄｔｈ", "full width"),
    ("Ångström", "angstrom"),
    ("Москва", "МОСКВА"),
    ("Ёлка", "елка"),
    ("Ἀθῆναι", "αθηναι"),
    ("ΟΔΥΣΣΕΥΣ", "οδυσσευς"),
    ("ﬁne", "FINE"),
    ("İstanbul", "istanbul"),
    ("東京", "東京"),
    ("Wrocław Łódź", "wroclaw lodz"),
    ("TROMSØ", "tromso"),
    ("Đà Nẵng", "da nang"),
    ("Ærø Œuvre", "aero oeuvre"),
    ("Þingvellir við Suðurland", "thingvellir vid sudurland"),
    ("Diyarbakır", "DIYARBAKIR"),
    ("Ħamrun", "hamrun"),
    ("O’Reilly", "o'reilly"),
    ("e‑commerce", "E-Commerce"),
    ("می\u200cخواهم", "ميخواهم"),
    ("کتاب", "كتاب"),
    ("❤️", "❤"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_case_accents_and_width_do_not_count(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(st.text(max_size=60))
def test_upper_and_lower_case_fold_to_the_same_words(text: str) -> None:
    lower = text.lower()
    if lower.upper().lower() == lower:  # there are letters whose upper case is another letter's
        assert split_words(lower.upper()) == split_words(lower)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Python & Django: 3.12!", ["python", "django", "3", "12", "312"]),
        ("C++ in Go", ["c", "c++", "in", "go"]),
        ("C# or C++20", ["c", "c#", "or", "c++", "20"]),
        ("don't stop", ["don", "t", "dont", "stop"]),
        ("Node.js, ASP.NET", ["node", "js", ".js", "nodejs", "asp", "net", ".net", "aspnet"]),
        (".NET 3.12", ["net", ".net", "3", "12", "312"]),
        ("wait...and see. so", ["wait", "and", "see", "so"]),
        ("🎉 Party ❤️", ["🎉", "party", "❤"]),
        ("हिंदी कवि", ["हिंदी", "कवि"]),
        ("தமிழ்", ["தமிழ"]),
        ("ไทย", ["ไ", "ท", "ไท", "ย", "ทย"]),
        ("ລາວ", ["ລ", "າ", "ລາ", "ວ", "າວ"]),
        ("ខ្មែរ", ["ខ", "ម", "ខម", "ែ", "មែ", "រ", "ែរ"]),
        ("မြန်", ["မ", "ြ", "မြ", "န", "ြန"]),
        ("Привет, мир", ["привет", "мир"]),
        ("Καλημέρα κόσμε", ["καλημερα", "κοσμε"]),
        ("东京塔", ["东", "京", "东京", "塔", "京塔"]),
        ("AWS 東京 2026", ["aws", "東", "京", "東京", "2026"]),
        ("파이썬", ["파", "이", "파이", "썬", "이썬"]),
        ("— !? …", []),
    ],
)
def test_words_are_runs_of_letters_and_digits_and_characters_where_none_are_spaced(text: str, words: list[str]) -> None:
    assert split_words(text) == words


@given(st.text(max_size=80))
def test_every_word_is_found_in_a_list_of_each_of_its_beginnings(text: str) -> None:
    for word in split_words(text):
        assert bucket_of(word) in buckets_of(word)
        assert " " not in word
        for length in range(3, len(word) + 1):
            assert bucket_of(word) in buckets_of(word[:length])


@given(st.lists(st.text(alphabet="abcdeéuü#.-'_ 北京", min_size=1, max_size=12), max_size=8), st.booleans())
def test_what_a_row_says_of_words_is_true(texts: list[str], is_long: bool) -> None:  # noqa: FBT001 - drawn
    filler = " ".join(f"{letter}{number:03}" for letter in "xyz" for number in range(20)) if is_long else ""
    title, words = title_key(" ".join(texts[:2])), set(split_words(" ".join([*texts, filler])))
    told = replace(facts_of(title, words, ["country#DE"]), known=" ".join(sorted(words)[::2]))
    facts = told if is_long else facts_of(title, words, ["country#DE"])

    assert (facts.words is None) is is_long
    for term in EventFilter(q=tuple(texts)).terms:
        assert facts.meets(term) in {has_words(words, (term,)), None}
        assert is_long or facts.meets(term) is not None
    assert facts.meets("absent") in {False, None}
    assert facts.may_be("country#DE")


@given(st.text(max_size=40), st.text(max_size=40), st.text(min_size=3, max_size=10))
def test_whatever_contains_a_text_has_all_of_its_trigrams(before: str, after: str, part: str) -> None:
    whole = before + part + after
    if len(folded(part)) >= 3 and contains(whole, part):
        assert set(trigrams(part)) <= set(trigrams(whole))


@given(st.lists(st.text(max_size=30), max_size=20))
def test_buckets_of_titles_sort_as_the_titles_do(titles: list[str]) -> None:
    keys = sorted(title_key(title) for title in titles)

    assert sorted(map(title_bucket, keys)) == list(map(title_bucket, keys))


def test_digits_and_signs_share_a_bucket_and_so_does_what_sorts_after_w() -> None:
    assert len({title_bucket(title_key(title)) for title in ("", "360 AnDev", "@Scale", "[in]Tuition", "#NICAR")}) == 1
    assert len({title_bucket(title_key(title)) for title in ("XP Days", "Zürich", "Ёлка", "北京", "Yoga")}) == 1
    assert title_bucket("agile") != title_bucket("berlin") != title_bucket("web") != title_bucket("xp")


def test_short_terms_are_whole_words_of_q_and_beginnings_in_title_and_location() -> None:
    words = frozenset(split_words("Going to Gothenburg with Go"))
    assert has_words(words, ("go", "goth"))
    assert not has_words(words, ("gö", "wi"))
    assert contains("Going home", "go")
    assert not contains("Let us forgo", "go")
    assert contains("Let us forgo", "org")


def test_terms_that_follow_from_others_are_not_looked_for() -> None:
    assert EventFilter(q=("pyt", "python", "Go")).terms == ("python", "go")
    assert EventFilter(q=("東京",)).terms == ("東京",)
    assert EventFilter(q=("東",)).terms == ("東",)


@pytest.mark.parametrize(
    ("asked", "terms"),
    [
        ("Node.js", ("node-js",)),
        ("e-commerce", ("ecommerce",)),
        ("O'Reilly", ("oreilly",)),
        ("C#", ("c#",)),
        ("F# & C++", ("f#", "c++")),
        (".NET", (".net",)),
        (".NET-Core", (".net", "core")),
        ("🎉", ("🎉",)),
        ("ไทย", ("ไท", "ทย")),
        ("Zürich", ("zurich\nzuerich",)),
        ("Goeppingen", ("goeppingen\ngoppingen",)),
        ("köln neue quer blue", ("koln\nkoeln$", "neue", "quer", "blue")),
        ("bäuerin", ("bauerin\nbaeuerin",)),
    ],
)
def test_joined_words_and_signs_are_one_term(asked: str, terms: tuple[str, ...]) -> None:
    assert EventFilter(q=tuple(asked.split())).terms == terms


@given(st.text(alphabet="abc3.-'_+#é東ไा🎉 ", max_size=30))
def test_what_a_text_is_asked_for_in_its_own_words_it_has(text: str) -> None:
    assert has_words(set(split_words(text)), EventFilter(q=tuple(text.split())).terms)
