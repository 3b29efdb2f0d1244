"""Base45 (RFC 9285): bytes in the 45 signs that a QR code packs closest, two bytes in three of them."""

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {sign: value for value, sign in enumerate(_ALPHABET)}
_BASE = len(_ALPHABET)


def encode(raw: bytes) -> str:
    """Of an even number of bytes the last sign is never a space, so that nothing is lost where texts are trimmed."""
    signs = []
    for start in range(0, len(raw), 2):
        pair = raw[start : start + 2]
        number = int.from_bytes(pair)
        for _ in range(len(pair) + 1):
            number, value = divmod(number, _BASE)
            signs.append(_ALPHABET[value])
    return "".join(signs)


def decode(text: str) -> bytes | None:
    """What `encode` made the text from; None for every other text."""
    raw = bytearray()
    for start in range(0, len(text), 3):
        group = text[start : start + 3]
        if not all(sign in _VALUES for sign in group):
            return None
        number, size = sum(_VALUES[sign] * _BASE**place for place, sign in enumerate(group)), len(group) - 1
        if not size or number >= 1 << 8 * size:
            return None
        raw += number.to_bytes(size)
    return bytes(raw)
