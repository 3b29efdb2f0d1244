"""Text without what does not count when texts are compared: case, accents, the width of letters and of spaces."""

import re
import unicodedata

_PASSES = 3  # what folding leaves may fold again
# Letters of the Latin alphabet that Unicode does not take apart, as people without their keys write them.
_LETTERS = {
    "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "ĸ": "k", "ŋ": "n", "ɖ": "d", "ƒ": "f",
    "ƀ": "b", "ɓ": "b", "ƈ": "c", "ȼ": "c", "ɗ": "d", "ɇ": "e", "ə": "e", "ǝ": "e", "ɛ": "e", "ǥ": "g", "ɠ": "g",
    "ɨ": "i", "ɉ": "j", "ƙ": "k", "ƚ": "l", "ɲ": "n", "ɔ": "o", "ɵ": "o", "ƥ": "p", "ɍ": "r", "ƭ": "t", "ʉ": "u",
    "ʋ": "v", "ƴ": "y", "ɏ": "y", "ƶ": "z", "ⱥ": "a", "ⱦ": "t", "ɫ": "l", "æ": "ae", "œ": "oe", "þ": "th",
}  # fmt: skip
_VARIANTS = {
    # Arabic letters that Persian, Urdu, Kurdish and the keyboards of phones write with other characters.
    "ک": "ك", "ی": "ي", "ى": "ي", "ے": "ي", "ہ": "ه", "ھ": "ه", "ە": "ه", "ة": "ه", "ۃ": "ه",
    # Cyrillic letters that Unicode does not take apart.
    "ґ": "г", "ғ": "г", "җ": "ж", "ҙ": "з", "қ": "к", "ҡ": "к", "ң": "н", "ө": "о", "ҫ": "с", "ұ": "у", "ү": "у",
    "ҳ": "х", "ҷ": "ч",
    # Of Armenian, a letter that is two in capitals; of Malayalam and Bengali, consonants that had joiners before.
    "և": "եվ", "ւ": "վ", "ൺ": "ണ", "ൻ": "ന", "ർ": "ര", "ൽ": "ല", "ൾ": "ള", "ൿ": "ക", "ৎ": "ত",
}  # fmt: skip
_APOSTROPHES, _HYPHENS = "’‘ʼʻʹʽ‛′´`＇ʾʿ՚׳״", "‐‑‒–−﹣－·‧־"
_ZEROS = (  # before the other nine digits of their script
    "٠۰߀०০੦૦୦௦౦೦൦෦๐໐༠၀႐០᠐᥆᧐᪀᪐᭐᮰᱀᱐꘠꣐꤀꧐꧰꩐꯰𞥐"
)
_MARKED = re.compile('(?<=[א-ת])"(?=[א-ת])')  # in words of Hebrew that are made of initials
_UNSEEN = (  # soft hyphens, joiners, directions and variants of characters; the stretched line of Arabic
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x0640, 0x0640),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x20DD, 0x20E4),  # frames around a character, such as those of keys
    (0x2120, 0x2120),  # service marks and trade marks, which would be letters
    (0x2122, 0x2122),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0x1F3FB, 0x1F3FF),  # the colours of skin
    (0xE0001, 0xE01EF),
)
_FOLDED = str.maketrans(
    {
        **_LETTERS,
        **_VARIANTS,
        **dict.fromkeys(_APOSTROPHES, "'"),
        **dict.fromkeys(_HYPHENS, "-"),
        **{chr(ord(zero) + digit): str(digit) for zero in _ZEROS for digit in range(10)},
        "♯": "#",
        **{chr(code): "" for first, last in _UNSEEN for code in range(first, last + 1)},
    }
)


def fold(text: str) -> str:
    """The same for all texts that differ in case, accents or spaces only, and what folding it again leaves."""
    if text.isascii():
        return " ".join(text.lower().replace("`", "'").split())
    for _ in range(_PASSES):
        apart = unicodedata.normalize("NFKD", text.translate(_FOLDED))
        # Marks go first: casefolding makes a letter of the one below a Greek vowel.
        bare = "".join(character for character in apart if not unicodedata.combining(character))
        text = _MARKED.sub("'", bare.casefold().translate(_FOLDED))
    return " ".join(unicodedata.normalize("NFC", text).split())  # Korean syllables are whole again


def fold_as_before(text: str) -> str:
    """Without ł to l, ’ to ' and the like: as in rows of the title order that are not yet rewritten."""
    for _ in range(_PASSES):
        apart = unicodedata.normalize("NFKD", text).casefold()
        text = "".join(character for character in apart if not unicodedata.combining(character))
    return " ".join(unicodedata.normalize("NFC", text).split())
