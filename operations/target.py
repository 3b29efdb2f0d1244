"""Which system a command works on: the one that `make run` has started here, or a stage that is deployed."""

import argparse
import os
import sys
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import botocore.session
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import container as containers
from chalicelib.container import Container
from chalicelib.security.keyring import KeyRingError
from chalicelib.services.shared.outcomes import TryAgainError
from chalicelib.settings import Settings, SettingsError, variables_of
from devtools.local import environment, state
from devtools.local.paths import layout

INTERRUPTED = 130
LOCAL = "local"
FUNCTION = "APIHandler"  # its settings are those of the stage
HELP = "a deployed stage: the name of its CloudFormation stack, with the credentials and region of this shell"
DENIED = "Each command has a role that may do this: docs/operators.md says which, docs/deploy.md how it is taken.\n"


class TargetError(Exception):
    """There is no such system to work on; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Target:
    """A system and its name: `local`, or that of the stage."""

    name: str
    container: Container

    def journal(self, command: str) -> Path:
        """Where the command keeps how far it has come; it goes with `make reset`."""
        return layout().base / f"{command}-{self.name}.jsonl"


Work = Callable[[Target, argparse.Namespace], int]


def run(parser: argparse.ArgumentParser, work: Work, arguments: Sequence[str] | None = None) -> int:
    """Parse, do the work on the system that was chosen, and return the exit code of the process.

    `arguments` None takes those of the process. Every command knows `--stage`; what an operator can do something
    about is one line on stderr, without a traceback.
    """
    parser.add_argument("--stage", metavar="NAME", help=f"{HELP}; without it the system of `make run`")
    options = parser.parse_args(arguments)
    return exit_code(lambda: work(_chosen(options.stage), options))


def exit_code(work: Callable[[], int]) -> int:
    """What the work returns, or the code of how it ended otherwise, told on stderr."""
    try:
        return work()
    except KeyboardInterrupt:
        sys.stderr.write("Stopped: the same command goes on from here.\n")
        return INTERRUPTED
    except TryAgainError:
        sys.stderr.write("The tables are busy: the same command goes on from here later.\n")
    except (TargetError, SettingsError, KeyRingError, BotoCoreError, ClientError) as error:
        sys.stderr.write(f"{error}\n{DENIED if _is_denied(error) else ''}")
    return 1


def _is_denied(error: Exception) -> bool:
    code = error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else ""
    return code.startswith("AccessDenied")


def _chosen(stage: str | None) -> Target:
    if stage is None:
        use_local(os.environ)
    else:
        use_stage(stage, os.environ)
    return Target(stage or LOCAL, containers.current())


def use_local(environ: MutableMapping[str, str]) -> None:
    """Set `environ` as it is in the processes that `make run` has started. Raises `TargetError` when nothing runs."""
    where = layout()
    stack = state.read(where) if state.is_running(where) else None
    if stack is None or stack.status != state.READY:
        raise TargetError("Nothing runs here: start `make run` first, or name a deployed stage with --stage.")
    environment.apply(stack.environment, environ)


def use_stage(stage: str, environ: MutableMapping[str, str]) -> None:
    """Set in `environ` the settings of the deployed API function; what a shell had set of them counts for nothing.

    Raises `TargetError` when they cannot be read, `ClientError` when AWS knows no such stack or allows no look at it.
    """
    session = botocore.session.get_session()
    stacks = session.create_client("cloudformation")
    resource = stacks.describe_stack_resource(StackName=stage, LogicalResourceId=FUNCTION)
    function = resource["StackResourceDetail"]["PhysicalResourceId"]
    configuration = session.create_client("lambda").get_function_configuration(FunctionName=function)
    deployed = configuration.get("Environment", {}).get("Variables")
    if not deployed:
        raise TargetError(f"{function} of the stack {stage} has no settings that may be read here.")
    for variable in variables_of(Settings):
        environ.pop(variable.env, None)
    environ.update(deployed)
