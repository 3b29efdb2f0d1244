"""Passes for wallets, read back as the wallets do: whole, signed, and with no more said than on the page."""

import hashlib
import io
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jwt
import pytest

from tests.component.pages.test_event_picture import pixels
from tests.support.builders import Person, a_person, cancelled, enrolled
from tests.support.http import Answer
from tests.support.mails.mailed import BROWSER, Shown, link_for, link_of, opened, pressed
from tests.support.problems import problem
from tests.support.tickets.wallet_keys import ISSUER, PASS_TYPE, SERVICE, TEAM, issued, rsa, service_account
from tests.support.world import SETTINGS, World

CONFIGURED = replace(
    SETTINGS, apple_wallet=issued().bundle, google_wallet=service_account(), google_wallet_issuer=ISSUER
)
WALLETS = ("ticket.pkpass", "google-wallet")
SAVE = "https://pay.google.com/gp/v/save/"


@pytest.fixture
def world() -> Iterator[World]:
    """One whose operator has certificates."""
    with World(CONFIGURED) as made:
        yield made


def an_event(world: World, olga: Person, **fields: Any) -> dict[str, Any]:
    facts = {"capacity": 3, "timezone": "Europe/Berlin", "location": "Alter Markt", "party_max": 3}
    return world.an_event(olga.token, **{**facts, **fields})


def asked(world: World, token: str, wallet: str, **headers: str) -> Answer:
    return world.get(f"/g/{token}/{wallet}", **headers)


def files_of(answer: Answer) -> dict[str, bytes]:
    assert answer.status == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def pass_of(world: World, token: str, **headers: str) -> dict[str, Any]:
    return dict(json.loads(files_of(asked(world, token, "ticket.pkpass", **headers))["pass.json"]))


def claims_of(answer: Answer) -> dict[str, Any]:
    """What Google reads, with the public key that it has of the account."""
    assert answer.status == 303, answer.text
    location = answer.headers["Location"]
    assert location.startswith(SAVE)
    options = {"verify_iat": False}  # it is the clock of the test
    public = rsa(4).public_key()
    read = jwt.decode(location.removeprefix(SAVE), public, algorithms=["RS256"], audience="google", options=options)  # type: ignore[arg-type]
    return dict(read)


def test_a_pass_says_what_the_page_of_the_link_says_and_no_name(world: World, olga: Person, ada: Person) -> None:
    row = enrolled(world, an_event(world, olga), ada, party_size=2)

    answer = asked(world, link_of(world, row), "ticket.pkpass")

    assert answer.headers["Content-Type"] == "application/vnd.apple.pkpass"
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    files = files_of(answer)
    said = json.loads(files["pass.json"])
    code = said.pop("barcodes")
    assert code == [{"format": "PKBarcodeFormatQR", "message": code[0]["message"], "messageEncoding": "iso-8859-1"}]
    assert world.container.security.tickets.read(code[0]["message"]) is not None
    assert said == {
        "formatVersion": 1,
        "passTypeIdentifier": PASS_TYPE,
        "teamIdentifier": TEAM,
        "serialNumber": row["id"],
        "organizationName": "Turnout",
        "logoText": "Turnout",
        "description": "Ticket: Python Workshop",
        "backgroundColor": "rgb(23, 50, 77)",
        "foregroundColor": "rgb(255, 255, 255)",
        "labelColor": "rgb(255, 255, 255)",
        "relevantDate": "2026-07-01T11:00+02:00",
        "expirationDate": "2026-07-01T12:00+02:00",
        "voided": False,
        "eventTicket": {
            "primaryFields": [{"key": "event", "label": "Ticket", "value": "Python Workshop"}],
            "secondaryFields": [
                {"key": "when", "label": "When", "value": "Wednesday, 1 July 2026, 11:00 (Berlin time)"}
            ],
            "auxiliaryFields": [
                {"key": "where", "label": "Where", "value": "Alter Markt"},
                {"key": "party", "label": "Party", "value": "2 people"},
            ],
            "backFields": [{"key": "organizer", "label": "Organizer", "value": "Olga Organizer"}],
        },
    }
    for word in ("Lovelace", ada.email, ada.id):
        assert word.encode() not in b"".join(files.values())


def test_its_code_is_that_of_the_ticket_on_the_page(world: World, olga: Person, ada: Person) -> None:
    token = link_of(world, row := enrolled(world, an_event(world, olga), ada))
    code = pass_of(world, token)["barcodes"][0]["message"]

    assert world.post(f"/enrollments/{row['id']}/check-in", {"code": code}, olga.token).status == 200
    ticket = claims_of(asked(world, token, "google-wallet"))["payload"]["eventTicketObjects"][0]
    assert ticket["barcode"] == {"type": "QR_CODE", "value": code}


def test_the_manifest_has_the_digest_of_every_file_and_the_pictures_are_pictures(
    world: World, olga: Person, ada: Person
) -> None:
    files = files_of(asked(world, link_of(world, enrolled(world, an_event(world, olga), ada)), "ticket.pkpass"))

    signed = {name: content for name, content in files.items() if name not in {"manifest.json", "signature"}}
    assert json.loads(files["manifest.json"]) == {
        name: hashlib.sha1(content, usedforsecurity=False).hexdigest() for name, content in signed.items()
    }
    sizes = {name: pixels(content)[:2] for name, content in signed.items() if name.endswith(".png")}
    assert sizes == {
        "icon.png": (29, 29),
        "icon@2x.png": (58, 58),
        "icon@3x.png": (87, 87),
        "logo.png": (50, 50),
        "logo@2x.png": (100, 100),
    }


def verified(folder: Path, files: dict[str, bytes], root: str) -> subprocess.CompletedProcess[bytes]:
    """What OpenSSL says of the signature, to whom only the root is known."""
    for name, content in {"m": files["manifest.json"], "s": files["signature"], "root": root.encode()}.items():
        (folder / name).write_bytes(content)
    command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-purpose", "any"]
    command += ["-in", str(folder / "s"), "-content", str(folder / "m"), "-CAfile", str(folder / "root")]
    return subprocess.run(command, check=False, capture_output=True)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl here")
def test_openssl_verifies_the_signature_with_the_root_alone(
    world: World, olga: Person, ada: Person, tmp_path: Path
) -> None:
    files = files_of(asked(world, link_of(world, enrolled(world, an_event(world, olga), ada)), "ticket.pkpass"))

    good = verified(tmp_path, files, issued().root)
    forged = verified(tmp_path, {**files, "manifest.json": files["manifest.json"] + b" "}, issued().root)

    assert (good.returncode, good.stdout) == (0, files["manifest.json"]), good.stderr
    assert forged.returncode != 0
    assert verified(tmp_path, files, issued().certificate).returncode != 0


def test_google_gets_the_event_and_the_ticket_and_no_name(world: World, olga: Person, ada: Person) -> None:
    event = an_event(world, olga, language="de", title="Grüße", online=True)
    row = enrolled(world, event, ada, party_size=2)

    answer = asked(world, link_of(world, row), "google-wallet", Accept_Language="en")

    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    claims = claims_of(answer)
    ticket = claims["payload"]["eventTicketObjects"][0]
    assert world.container.security.tickets.read(ticket["barcode"].pop("value")) is not None
    name = hashlib.sha256(f"{row['id']}.1-0".encode()).hexdigest()[:32]
    place = {"defaultValue": {"language": "de", "value": "Alter Markt, Online"}}
    assert claims == {
        "iss": SERVICE,
        "aud": "google",
        "typ": "savetowallet",
        "iat": int(world.clock().timestamp()),
        "payload": {
            "eventTicketClasses": [
                {
                    "id": f"{ISSUER}.{event['id']}-0",
                    "issuerName": "Turnout",
                    "reviewStatus": "UNDER_REVIEW",
                    "eventName": {"defaultValue": {"language": "de", "value": "Grüße"}},
                    "dateTime": {"start": "2026-07-01T11:00+02:00", "end": "2026-07-01T12:00+02:00"},
                    "venue": {"name": place, "address": place},
                }
            ],
            "eventTicketObjects": [
                {
                    "id": f"{ISSUER}.{name}",
                    "classId": f"{ISSUER}.{event['id']}-0",
                    "state": "ACTIVE",
                    "barcode": {"type": "QR_CODE", "alternateText": "2 people"},
                }
            ],
        },
    }


@pytest.mark.parametrize("letter", ["a", "Ä", "\N{CJK UNIFIED IDEOGRAPH-4E2D}"])
def test_a_token_for_google_is_short_enough_for_every_browser(
    world: World, olga: Person, ada: Person, letter: str
) -> None:
    texts = {"title": letter * 200, "location": letter * 200, "online": True, "timezone": "America/Los_Angeles"}
    row = enrolled(world, an_event(world, olga, **texts), ada, party_size=3)

    answer = asked(world, link_of(world, row), "google-wallet", Accept_Language="de")

    assert len(answer.headers["Location"].removeprefix(SAVE)) <= 1800
    title = claims_of(answer)["payload"]["eventTicketClasses"][0]["eventName"]["defaultValue"]["value"]
    assert re.fullmatch(rf"{letter}{{10,}}…", title)


def test_another_enrolment_or_another_time_is_another_ticket_to_google(world: World, olga: Person, ada: Person) -> None:
    event = an_event(world, olga)
    token = link_of(world, enrolled(world, event, ada))

    def names() -> tuple[str, str]:
        payload = claims_of(asked(world, token, "google-wallet"))["payload"]
        return payload["eventTicketClasses"][0]["id"], payload["eventTicketObjects"][0]["id"]

    first = names()
    pressed(world, token, "cancel")
    pressed(world, token, "confirm")
    again = names()
    assert again[0] == first[0]
    assert again[1] != first[1]
    assert world.patch(f"/events/{event['id']}", {"location": "Neumarkt"}, olga.token).status == 200
    assert not set(names()) & {*first, *again}


@pytest.mark.parametrize("by", ["person", "organizer"])
def test_a_pass_is_void_when_it_is_good_for_nothing_any_more(world: World, olga: Person, ada: Person, by: str) -> None:
    event = an_event(world, olga)
    token = link_of(world, row := enrolled(world, event, ada))
    before = pass_of(world, token)
    if by == "person":
        pressed(world, token, "cancel")
    else:
        cancelled(world, event, olga)

    after = pass_of(world, token)

    assert (before["voided"], after["voided"]) == (False, True)
    assert after["serialNumber"] == before["serialNumber"] == row["id"]
    problem(asked(world, token, "google-wallet"), 409, "not_confirmed")
    assert "ticket.pkpass" not in opened(world, token).text


def test_who_enrols_again_has_a_good_pass_in_place_of_the_void_one(world: World, olga: Person, ada: Person) -> None:
    token = link_of(world, enrolled(world, an_event(world, olga), ada))
    first = pass_of(world, token)
    pressed(world, token, "cancel")
    pressed(world, token, "confirm")

    second = pass_of(world, token)

    assert (second["serialNumber"], second["voided"]) == (first["serialNumber"], False)
    assert second["barcodes"] != first["barcodes"]


@pytest.mark.parametrize("wallet", WALLETS)
def test_there_is_no_pass_without_a_confirmed_place(world: World, olga: Person, ada: Person, wallet: str) -> None:
    event = an_event(world, olga)
    nobody = link_for(world, event, ada)
    problem(asked(world, nobody, wallet), 409, "not_confirmed")
    held = world.post(f"/events/{event['id']}/enrollments", {"confirm": False}, ada.token).json

    problem(asked(world, link_of(world, held), wallet), 409, "not_confirmed")
    assert wallet not in opened(world, link_of(world, held)).text


@pytest.mark.parametrize("wallet", WALLETS)
def test_a_link_gets_its_own_ticket_and_a_forged_one_gets_none(
    world: World, olga: Person, ada: Person, wallet: str
) -> None:
    event = an_event(world, olga)
    hers, his = (link_of(world, enrolled(world, event, person)) for person in (ada, a_person(world)))
    serials = {pass_of(world, hers)["serialNumber"], pass_of(world, his)["serialNumber"]}
    assert len(serials) == 2

    payload, _, mac = hers.rpartition(".")
    problem(asked(world, f"{payload}.{his.rpartition('.')[2]}", wallet), 404, "not_found")
    problem(asked(world, f"{payload}.{mac[:-1]}", wallet), 404, "not_found")


@pytest.mark.parametrize("language", ["de-AT", "fr"])
def test_it_speaks_the_language_of_its_reader_else_that_of_the_event(
    world: World, olga: Person, ada: Person, language: str
) -> None:
    token = link_of(world, enrolled(world, an_event(world, olga, language="de"), ada, party_size=2))

    answer = asked(world, token, "ticket.pkpass", Accept_Language=language)

    assert answer.headers["Content-Language"] == "de"
    fields = json.loads(files_of(answer)["pass.json"])["eventTicket"]
    assert fields["secondaryFields"][0]["label"] == "Wann"
    assert fields["auxiliaryFields"][0]["label"] == "Wo"
    assert pass_of(world, token, Accept_Language="en")["eventTicket"]["secondaryFields"][0]["label"] == "When"


def test_the_page_offers_both_wallets(world: World, olga: Person, ada: Person) -> None:
    token = link_of(world, enrolled(world, an_event(world, olga), ada))

    english, german = (world.get(f"/g/{token}", Accept=BROWSER, Accept_Language=one) for one in ("en", "de"))

    assert {"Add to Apple Wallet", "Save to Google Wallet"} <= set(Shown(english).words)
    assert {"Zu Apple Wallet hinzufügen", "In Google Wallet speichern"} <= set(Shown(german).words)
    for wallet in WALLETS:
        assert f'href="/g/{token}/{wallet}"' in english.text


@pytest.mark.parametrize(
    ("settings", "there"),
    [
        (SETTINGS, ()),
        (replace(SETTINGS, apple_wallet=issued().bundle), ("ticket.pkpass",)),
        (replace(CONFIGURED, apple_wallet=""), ("google-wallet",)),
    ],
    ids=["none", "apple", "google"],
)
def test_a_wallet_that_is_not_configured_is_not_there(settings: Any, there: tuple[str, ...]) -> None:
    with World(settings) as world:
        token = link_of(world, enrolled(world, an_event(world, a_person(world)), a_person(world)))
        page = opened(world, token).text

        assert tuple(one for one in WALLETS if one in page) == there
        for wallet in set(WALLETS) - set(there):
            problem(asked(world, token, wallet), 404, "not_found")
        for wallet in there:
            assert asked(world, token, wallet).status in {200, 303}
