"""What a running stack tells the others: a lock, held as long as its supervisor lives, and a file beside it."""

import dataclasses
import fcntl
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from devtools.local.paths import Layout

STARTING, READY, STOPPING, FAILED = "starting", "ready", "stopping", "failed"


@dataclass(frozen=True, slots=True)
class Stack:
    """One supervisor and what it has started."""

    pid: int
    owner: int
    status: str = STARTING
    api_url: str = ""
    mailbox_url: str = ""
    endpoint_url: str = ""
    environment: dict[str, str] = field(default_factory=dict)

    def greeting(self) -> str:
        """What a person needs to know once everything answers."""
        speed = self.environment.get("REMINDER_SPEED", "1")
        return (
            f"\n  Pages    {self.api_url}/\n  Console  {self.api_url}/app/\n"
            f"  API      {self.api_url}\n  Docs     {self.api_url}/docs\n"
            f"  Mailbox  {self.mailbox_url}\n"
            + (f"  Time     reminders and follow-ups come {speed} times sooner\n" if speed != "1" else "")
            + "\nCtrl-C stops everything and saves the data.\n"
        )

    def but(self, **changes: object) -> "Stack":
        return dataclasses.replace(self, **changes)  # type: ignore[arg-type]


def _path(layout: Layout) -> Path:
    return layout.run / "stack.json"


def write(layout: Layout, stack: Stack) -> None:
    """Replace the file as a whole: readers see the old one or the new one. It holds the key ring, so it is private."""
    whole = _path(layout)
    part = whole.with_suffix(".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(dataclasses.asdict(stack), file)
    part.rename(whole)


def read(layout: Layout) -> Stack | None:
    try:
        return Stack(**json.loads(_path(layout).read_text(encoding="utf-8")))
    except (FileNotFoundError, NotADirectoryError):
        return None


def remove(layout: Layout) -> None:
    for path in (_path(layout), layout.run / "greeted", layout.handlers):
        path.unlink(missing_ok=True)


def is_first(layout: Layout) -> bool:
    """True for the first worker of a stack that asks; those that take its place after a change are told False."""
    try:
        (layout.run / "greeted").touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def lock(layout: Layout) -> IO[str] | None:
    """The lock, held until the file is closed or the process ends; None while another process holds it."""
    layout.run.mkdir(parents=True, exist_ok=True)
    file = (layout.run / "lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file


def is_running(layout: Layout) -> bool:
    """Whether a supervisor holds the lock; asking does not disturb others that ask."""
    layout.run.mkdir(parents=True, exist_ok=True)
    with (layout.run / "lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
    return False
