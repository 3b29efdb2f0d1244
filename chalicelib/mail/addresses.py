"""Addresses as they are on the way."""


def on_the_wire(address: str) -> str:
    """The domain as SES wants it: in ASCII (IDNA 2008), `xn--bcher-kva.example` for `bücher.example`."""
    if address.isascii():
        return address
    import idna  # few addresses need it

    user, _, domain = address.rpartition("@")
    return f"{user}@{idna.encode(domain, uts46=True).decode()}"
