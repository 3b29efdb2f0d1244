"""Addresses and senders as people read them, and as letters are found by them."""

from email.utils import getaddresses, parseaddr

import idna

from chalicelib.mail.addresses import on_the_wire


def shown(address: str) -> str:
    """The domain in its own letters: `bücher.example` for `xn--bcher-kva.example`. What is no such name stays."""
    user, at, domain = address.rpartition("@")
    try:
        return f"{user}{at}{idna.decode(domain)}"
    except UnicodeError:
        return address


def indexed(address: str) -> str:
    """The one form by which a mailbox is found, however its domain and its letters' case are written."""
    try:
        return on_the_wire(address.strip()).lower()
    except UnicodeError:
        return address.strip().lower()


def sender(given: str, header: str) -> str:
    """Who sent it, with the name that the mail itself says; SES is told the address alone."""
    if not given:
        return header
    name, address = parseaddr(given)
    said = parseaddr(header)
    if not name and indexed(said[1]) == indexed(address):
        name = said[0]
    return f"{name} <{shown(address)}>" if name else shown(address or given)


def addresses(named: list[str]) -> list[str]:
    """Every address of these fields; fields without any as they are."""
    return [address for _, address in getaddresses(named) if address] or named
