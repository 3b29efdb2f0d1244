"""Keeps every letter in one SQLite file, and takes in what the engine has put into the folder `new` beside it."""

import base64
import contextlib
import json
import sqlite3
import threading
import time
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from devtools.mailbox import addresses, letters

SCHEMA = """
CREATE TABLE IF NOT EXISTS letters (
  id INTEGER PRIMARY KEY AUTOINCREMENT, ses_id TEXT NOT NULL UNIQUE, sent_at TEXT NOT NULL, sender TEXT NOT NULL,
  recipients TEXT NOT NULL, subject TEXT NOT NULL, raw BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS recipients (address TEXT NOT NULL, letter INTEGER NOT NULL, PRIMARY KEY (address, letter))
  WITHOUT ROWID;
"""

SELECT = "SELECT id, sent_at, sender, recipients, subject, raw FROM letters"
OF_ONE = "WHERE id IN (SELECT letter FROM recipients WHERE address = ?)"
INSERT = """
INSERT OR IGNORE INTO letters (ses_id, sent_at, sender, recipients, subject, raw) VALUES (?, ?, ?, ?, ?, ?)
"""


@dataclass(frozen=True, slots=True)
class Letter:
    """One accepted mail; `recipients` are bare addresses, as SES was given them."""

    id: int
    sent_at: str
    sender: str
    recipients: list[str]
    subject: str
    raw: bytes


class Store:
    """May be used by several threads. Reading first takes in what has arrived: an accepted mail is always seen."""

    def __init__(self, folder: Path) -> None:
        self._new = folder / "new"
        self._new.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._database = sqlite3.connect(folder / "letters.sqlite3", check_same_thread=False)
        self._database.executescript(SCHEMA)

    def close(self) -> None:
        with self._lock:
            self._database.close()

    def find(self, to: str = "", limit: int = 100) -> list[Letter]:
        """The newest first; only those to one address if it is given, in any case."""
        with self._lock:
            self._take_in()
            if not to:
                rows = self._database.execute(f"{SELECT} ORDER BY id DESC LIMIT ?", [limit])
            else:
                # An unescaped plus sign in a query means a blank, which no address contains.
                wanted = to.strip().replace(" ", "+")
                address = addresses.indexed(parseaddr(wanted)[1] or wanted)
                rows = self._database.execute(f"{SELECT} {OF_ONE} ORDER BY id DESC LIMIT ?", [address, limit])
            return [_letter(row) for row in rows]

    def get(self, number: int) -> Letter | None:
        with self._lock:
            self._take_in()
            row = self._database.execute(f"{SELECT} WHERE id = ?", [number]).fetchone()
            return _letter(row) if row else None

    def version(self) -> str:
        """Changes whenever the list does."""
        with self._lock:
            self._take_in()
            newest, count = self._database.execute("SELECT max(id), count(*) FROM letters").fetchone()
            return f"{newest or 0}-{count}"

    def clear(self) -> None:
        with self._lock, self._database:
            self._take_in()
            self._database.execute("DELETE FROM letters")
            self._database.execute("DELETE FROM recipients")

    def _take_in(self) -> None:
        arrived = sorted(self._new.glob("*.json"))
        if not arrived:
            return
        with self._database:
            for path in arrived:
                # A file that is no letter must not keep the others from being read.
                with contextlib.suppress(ValueError, KeyError, TypeError):
                    self._add(json.loads(path.read_text(encoding="utf-8")))
        for path in arrived:
            path.unlink(missing_ok=True)

    def _add(self, given: dict[str, Any]) -> None:
        raw = letters.dated(base64.b64decode(given["raw"]), given["sent_at"], given["id"])
        headers = {name.lower(): value for name, value in letters.parse(raw).headers.items()}
        named = given["to"] or [value for name in ("to", "cc", "bcc") if (value := headers.get(name))]
        recipients = addresses.addresses(list(named))
        sender = addresses.sender(given["from"], headers.get("from", ""))
        row = (
            given["id"],
            _utc(given["sent_at"]),
            sender,
            json.dumps(recipients),
            headers.get("subject", ""),
            raw,
        )
        added = self._database.execute(INSERT, row)
        # Taken in before, by a process that ended before it could delete the file.
        if not added.rowcount:
            return
        for address in {addresses.indexed(recipient) for recipient in recipients}:
            self._database.execute("INSERT INTO recipients VALUES (?, ?)", (address, added.lastrowid))


def _utc(seconds: float) -> str:
    whole, milliseconds = divmod(round(seconds * 1000), 1000)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(whole))}.{milliseconds:03d}Z"


def _letter(row: tuple[int, str, str, str, str, bytes]) -> Letter:
    number, sent_at, sender, recipients, subject, raw = row
    return Letter(number, sent_at, sender, json.loads(recipients), subject, raw)
