"""Currencies of ISO 4217 that a price can be in, by the digits of their smallest unit."""

import iso4217

# Units of account that ISO's table does not mark as funds.
NOT_MONEY = {"UYW", "XAD"}


def table() -> list[str]:
    """`digits code code ...` for each number of digits.

    Left out are funds (`BOV`, `UYI`), what has no smallest unit (metals, `XDR`, `XTS`, `XXX`), and codes that were
    withdrawn.
    """
    by_digits: dict[int, set[str]] = {}
    for row in iso4217.raw_xml.findall("CcyTbl/CcyNtry"):
        code, digits, name = row.findtext("Ccy"), row.findtext("CcyMnrUnts", ""), row.find("CcyNm")
        is_fund = name is not None and name.get("IsFund") == "true"
        if code and digits.isdecimal() and not is_fund and code not in NOT_MONEY:
            by_digits.setdefault(int(digits), set()).add(code)
    return [f"{digits} {' '.join(sorted(codes))}" for digits, codes in sorted(by_digits.items())]
