"""What the demo did so far: a text file with the organizer's login in its first line and one created event a line."""

import dataclasses
import json
import os
import threading
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any

from devtools.demo.organizer import Login


@dataclass(frozen=True, slots=True)
class Start:
    """`today` is the day whose event times are used; `attempt` makes the idempotency keys of a new attempt new ones."""

    login: Login
    today: date
    attempt: int = 1


class Journal:
    """Survives being killed: a line is written as soon as its event exists, and a line cut in half is left out."""

    def __init__(self, path: Path, start: Start, created: dict[str, str]) -> None:
        """Writes the whole journal; `created` are event ids by conference key."""
        self.path = path
        self.start = start
        self.created = created
        self._lock = threading.Lock()
        self._file = self._rewritten()

    def add(self, key: str, event_id: str) -> None:
        """Remember a created event; threads may do so at the same time."""
        with self._lock:
            self.created[key] = event_id
            self._file.write(_line({"key": key, "event": event_id}))
            self._file.flush()

    def close(self) -> None:
        self._file.close()

    def _rewritten(self) -> IO[str]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_suffix(".new")
        draft.unlink(missing_ok=True)
        start = dataclasses.asdict(self.start) | {"today": self.start.today.isoformat()}
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as file:
            file.write(_line(start))
            file.writelines(_line({"key": key, "event": event}) for key, event in self.created.items())
        draft.replace(self.path)
        return self.path.open("a", encoding="utf-8")


def read(path: Path) -> tuple[Start, dict[str, str]] | None:
    """What the last run left; None when there is nothing that can be used."""
    try:
        lines = [_parsed(line) for line in path.read_text("utf-8", errors="replace").splitlines()]
        head = lines[0]
        start = Start(Login(**head["login"]), date.fromisoformat(head["today"]), int(head["attempt"]))
    except (OSError, LookupError, TypeError, ValueError):
        return None
    return start, {line["key"]: line["event"] for line in lines[1:] if {"key", "event"} <= line.keys()}


def _line(entry: dict[str, Any]) -> str:
    return json.dumps(entry) + "\n"


def _parsed(line: str) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except ValueError:
        return {}
    return entry if isinstance(entry, dict) else {}
