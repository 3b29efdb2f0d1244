"""docs/deploy.md, followed to the letter in a copy of the project, with the local engine for AWS."""

import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devtools.local.engine import engine
from devtools.local.processes import LOOPBACK, free_port
from devtools.local.provision import client
from devtools.local.stack import Running
from devtools.mailbox.server import MailboxServer
from devtools.mailbox.store import Store
from devtools.package.stages import PARAMS
from tests.e2e.client import Client
from tests.e2e.site import Site
from tests.support.http import Answer

PROJECT = Path(__file__).resolve().parents[2]
PAGE = PROJECT / "docs" / "deploy.md"
MARKED = re.compile(r"^ *<!-- run -->\n *```\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
PUBLIC_URL = "https://turnout.test"
SENDER = "no-reply@turnout.app"
# What the page tells to fill in, and where links are to lead: the engine has no certificate for an address of its own.
OWN = {"MailFrom": SENDER, "MailIdentity": SENDER, "MailRate": "'14'", "PublicUrl": PUBLIC_URL}
# What a command needs beside what the page says: the Python and the machine that are here, an engine without SAM.
HERE = {
    "make account": ["ARGS=--local"],
    "make package": ["ONLY=build", "ARCH=host", "RUNTIME=host"],
    "make deploy": ["ARGS=--local"],
}
ENVIRONMENTS = (".venv", ".venv-engine", ".venv-infra")
SECONDS = 400  # for one command, on a machine that does much else


@dataclass(frozen=True, slots=True)
class Stage:
    """A deployed stage, and what the commands have printed that made it."""

    endpoint_url: str
    mailbox_url: str
    outputs: Mapping[str, str]
    printed: Mapping[str, str]
    engine_log: Path
    project: Path

    @property
    def base(self) -> str:
        """Where the engine serves the stage."""
        return f"/restapis/{self.outputs['RestAPIId']}/api/_user_request_"

    def call(self, function: str, event: Mapping[str, Any]) -> dict[str, Any]:
        """What a function answers to an event, as Lambda hands it over. Raises `AssertionError` where it died."""
        answer = client("lambda", self.endpoint_url).invoke(FunctionName=function, Payload=json.dumps(event))
        text = answer["Payload"].read().decode()
        assert "FunctionError" not in answer, text
        found: dict[str, Any] = json.loads(text)
        return found


class DeployedClient(Client):
    """Whoever has an address of the API as mails and answers give it: asks the engine, which has none of its own."""

    def __init__(self, stage: Stage, token: str | None = None) -> None:
        super().__init__(stage.endpoint_url, token)
        self._stage = stage

    def send(self, method: str, url: str, *arguments: Any, **options: Any) -> Answer:
        return super().send(method, self._stage.base + url.removeprefix(PUBLIC_URL), *arguments, **options)


class DeployedSite(Site):
    """The stage as its users know it."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(Running(PUBLIC_URL, stage.mailbox_url, stage.endpoint_url, {}, stage.engine_log))
        self._stage = stage

    def client(self, token: str | None = None) -> Client:
        return DeployedClient(self._stage, token)


def commands() -> list[str]:
    """The lines of the page that are marked to be run, in its order."""
    blocks = MARKED.findall(PAGE.read_text(encoding="utf-8"))
    return [line.strip() for block in blocks for line in block.splitlines() if line.strip()]


@contextmanager
def deployed(folder: Path) -> Iterator[Stage]:
    """Raises `AssertionError` with what a command has printed when it fails."""
    log, port = folder / "engine.txt", free_port()
    with ExitStack() as ended:
        store = Store(folder / "mail")
        ended.callback(store.close)
        mailbox = MailboxServer(port, store)
        ended.callback(mailbox.server_close)
        ended.callback(mailbox.shutdown)
        threading.Thread(target=mailbox.serve_forever, daemon=True).start()
        cloud = engine.start(None, spool=folder / "mail" / "new", log=log)
        ended.callback(cloud.stop)
        client("sesv2", cloud.endpoint_url).create_email_identity(EmailIdentity=SENDER)
        project = copied(folder / "project")
        printed = {line: run(line, project, cloud.endpoint_url) for line in commands()}
        outputs = outputs_in(printed["make deploy STAGE=dev"])
        yield Stage(cloud.endpoint_url, f"http://{LOOPBACK}:{port}", outputs, printed, log, project)


def outputs_in(printed: str) -> dict[str, str]:
    """What a deployment has printed of the stack."""
    return dict(re.findall(r"^(\w+)=(.*)$", printed, re.MULTILINE))


def copied(target: Path) -> Path:
    """The project as it stands, with its own parameters filled in as the page tells."""
    git = ["git", "ls-files", "-co", "--exclude-standard", "-z"]
    listed = subprocess.run(git, cwd=PROJECT, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in filter(None, listed):
        if (PROJECT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / name, target / name)
    for name in ENVIRONMENTS:
        (target / name).symlink_to((PROJECT / name).resolve())
    file = target / PARAMS / "dev.yaml"
    kept = [line for line in file.read_text(encoding="utf-8").splitlines() if line.partition(":")[0] not in OWN]
    own = [f"{name}: {value}" for name, value in OWN.items()]
    file.write_text("\n".join([*kept, *own]) + "\n", encoding="utf-8")
    return target


def run(line: str, project: Path, endpoint_url: str) -> str:
    """What the command prints."""
    more = next((more for start, more in HERE.items() if line.startswith(start)), [])
    aws = {
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "000000000000",
        "AWS_SECRET_ACCESS_KEY": "none",
    }
    rest = {name: one for name, one in os.environ.items() if not name.startswith(("AWS_", "MAKE", "MFLAGS"))}
    done = subprocess.run(
        ["sh", "-euc", " ".join([line, *more])],
        cwd=project,
        env={**rest, **aws},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
    return done.stdout
