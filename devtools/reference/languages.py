"""Languages of ISO 639: codes, and the English names of those with two letters."""

import itertools
from collections.abc import Iterator

import iso639
from iso639 import Language

# What people also write; the tables of ISO 639 lack it, or have it with a remark in brackets only.
ALSO_CALLED = {
    "av": ["Avar"],
    "be": ["Belarussian"],
    "bn": ["Bangla"],
    "el": ["Greek"],
    "fa": ["Farsi"],
    "ff": ["Fula"],
    "fy": ["Frisian"],
    "ga": ["Irish Gaelic"],
    "gn": ["Guaraní"],
    "lg": ["Luganda"],
    "mi": ["Māori"],
    "my": ["Myanmar"],
    "nb": ["Bokmål", "Norwegian Bokmal", "Bokmal"],
    "nn": ["Nynorsk"],
    "oc": ["Provençal"],
    "or": ["Odia"],
    "rm": ["Rumantsch"],
    "rn": ["Kirundi"],
    "se": ["Northern Sámi"],
    "ss": ["Swazi"],
    "st": ["Sotho", "Sesotho"],
    "sw": ["Kiswahili"],
    "tn": ["Setswana"],
    "to": ["Tongan"],
    "vo": ["Volapuk"],
    "zh": ["Mandarin"],
}
# Names of a part of the language, by which nobody looks for the whole.
NOT_CALLED = {"Iron", "Iron Ossetian", "Iron Ossetic"}
# Two letters that mean a language of their own no more (Serbo-Croatian), and codes that say nothing about an event.
NO_LANGUAGES = {"sh", "mis", "und", "zxx"}
# Of ISO 639-3, which has 8,000: widespread languages that ISO 639-2 counts as dialects, and the large sign languages.
# `ajp` was merged into `apc` in 2023; what was written with it stays readable.
WIDESPREAD = {
    *("acm", "aeb", "afb", "ajp", "apc", "apd", "arq", "ary", "arz", "bar", "ckb", "cmn", "ekk", "gan", "glk"),
    *("hak", "hif", "hsn", "kmr", "ksh", "lij", "lmo", "lvs", "lzh", "mzn", "nan", "pcm", "pes", "pfl", "pms", "pnb"),
    *("prs", "rif", "rmy", "shi", "skr", "stq", "swg", "swh", "szl", "tok", "tzm", "vec", "vls", "wuu", "yue", "zsm"),
    *("ase", "asf", "bfi", "bzs", "dse", "fsl", "gsg", "ils", "ise", "jsl", "ssp"),
}


def two_letters() -> list[str]:
    """`code three-letter-codes names` of each language that has a code of two letters; `/` between several."""
    found = {
        language.part1: language
        for language in iso639.ALL_LANGUAGES
        if language.part1 and language.part1 not in NO_LANGUAGES
    }
    return [
        f"{code} {'/'.join(_unique(language.part3, language.part2b))} {'/'.join(_unique(*_names(language)))}"
        for code, language in sorted(found.items())
    ]


def three_letters() -> list[str]:
    """The codes of all other single languages of ISO 639-2, of `mul` (several), and of the widespread ones.

    A line for each first letter.
    """
    known = {language.part3 for language in iso639.ALL_LANGUAGES}
    assert known >= WIDESPREAD, "ISO 639-3 keeps codes that were withdrawn"
    single = {language.part2t for language in iso639.ALL_LANGUAGES if language.part2t and not language.part1}
    codes = sorted((single | WIDESPREAD) - NO_LANGUAGES)
    return [" ".join(group) for _, group in itertools.groupby(codes, key=lambda code: code[0])]


def _names(language: Language) -> Iterator[str]:
    for name in (language.name, *(other.print for other in language.other_names or ())):
        plain = name.partition(" (")[0]  # "Malay (macrolanguage)"
        if plain not in NOT_CALLED:
            yield plain
    yield from ALSO_CALLED.get(language.part1 or "", ())


def _unique(*texts: str | None) -> list[str]:
    return list(dict.fromkeys(text for text in texts if text))
