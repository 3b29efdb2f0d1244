"""Passes for Apple Wallet: a zip of what they say, pictures, the digests of both, and a signature over the digests."""

import functools
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.api.pages.canvas import Color, color
from chalicelib.api.pages.sign import GROUND, INK, drawn
from chalicelib.api.wallets.texts import local, said_of
from chalicelib.mail.languages import Language
from chalicelib.services.checkin.wallet_ticket import WalletTicket

if TYPE_CHECKING:
    from chalicelib.security.wallet_keys import PassCertificate

MEDIA = "application/vnd.apple.pkpass"
_SIZES = {"icon.png": 29, "icon@2x.png": 58, "icon@3x.png": 87, "logo.png": 50, "logo@2x.png": 100}
_UNDATED = (1980, 1, 1, 0, 0, 0)


def packed(ticket: WalletTicket, language: Language, product: str, certificate: "PassCertificate") -> bytes:
    """The whole file."""
    said = _said(ticket, language, product) | {
        "passTypeIdentifier": certificate.pass_type,
        "teamIdentifier": certificate.team,
    }
    files = {"pass.json": _text(said), **_pictures()}
    # Apple asks for SHA-1 here; the signature over all of them is SHA-256.
    digests = {name: hashlib.sha1(content, usedforsecurity=False).hexdigest() for name, content in files.items()}
    manifest = _text(digests)
    return _zip({**files, "manifest.json": manifest, "signature": certificate.sign(manifest)})


def _said(ticket: WalletTicket, language: Language, product: str) -> dict[str, Any]:
    facts = ticket.event.facts
    when, *beside = ({"key": one.key, "label": one.label, "value": one.value} for one in said_of(ticket, language))
    title = {"key": "event", "label": language.say("page.ticket.title"), "value": facts.title}
    organizer = {"key": "organizer", "label": language.say("page.fact.organizer"), "value": ticket.organizer}
    more = {"key": "more", "label": language.say("page.fact.more"), "value": facts.url}
    return {
        "formatVersion": 1,
        "serialNumber": ticket.serial,
        "organizationName": product,
        "logoText": product,
        "description": f"{title['label']}: {facts.title}",
        "backgroundColor": _css(GROUND),
        "foregroundColor": _css(INK),
        "labelColor": _css(INK),
        "relevantDate": local(facts.starts_at, facts),
        "expirationDate": local(facts.ends_at, facts),
        "voided": ticket.is_void,
        "barcodes": [{"format": "PKBarcodeFormatQR", "message": ticket.code, "messageEncoding": "iso-8859-1"}],
        "eventTicket": {
            "primaryFields": [title],
            "secondaryFields": [when],
            "auxiliaryFields": beside,
            "backFields": [one for one in (organizer, more) if one["value"]],
        },
    }


@functools.cache
def _pictures() -> Mapping[str, bytes]:
    return {name: drawn(size) for name, size in _SIZES.items()}


def _css(shade: str) -> str:
    parts: Color = color(shade)
    return f"rgb({', '.join(map(str, parts))})"


def _text(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _zip(files: Mapping[str, bytes]) -> bytes:
    packed_files = io.BytesIO()
    with zipfile.ZipFile(packed_files, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _UNDATED), content, zipfile.ZIP_DEFLATED)
    return packed_files.getvalue()
