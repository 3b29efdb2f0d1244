"""Where the development stack finds the project and keeps its data: everything below `.local/`, nothing elsewhere."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).absolute().parents[2]
BASE_VARIABLE = "TURNOUT_LOCAL"


@dataclass(frozen=True, slots=True)
class Layout:
    """The folders and files of one stack; tests give every stack a base of its own."""

    base: Path

    @property
    def state(self) -> Path:
        return self.base / "state"

    @property
    def mail(self) -> Path:
        return self.base / "mail"

    @property
    def spool(self) -> Path:
        return self.mail / "new"

    @property
    def key_ring(self) -> Path:
        return self.base / "key-ring"

    @property
    def logs(self) -> Path:
        return self.base / "log"

    @property
    def run(self) -> Path:
        return self.base / "run"

    @property
    def handlers(self) -> Path:
        """Exists once the queue and schedule handlers of the stack run, or have said why they cannot."""
        return self.run / "handlers"

    def prepare(self) -> None:
        for folder in (self.spool, self.logs, self.run):
            folder.mkdir(parents=True, exist_ok=True)

    def clear(self) -> None:
        """Delete the data of the stack; caches of other tools below the same base stay."""
        for folder in (self.state, self.mail, self.logs, self.run):
            shutil.rmtree(folder, ignore_errors=True)
        # Journals say what was imported into these very tables.
        for file in (self.key_ring, *self.base.glob("*.jsonl")):
            file.unlink(missing_ok=True)


def layout() -> Layout:
    """The layout of this process: `.local/` of the project unless the environment names another base."""
    return Layout(Path(os.environ.get(BASE_VARIABLE) or PROJECT / ".local").absolute())
