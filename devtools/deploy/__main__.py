"""`python -m devtools.deploy account|stage`: make an account ready once, and deploy a packaged stage.

Works with the credentials and the region of this shell, as every tool of AWS does.
"""

import argparse
import sys
from collections.abc import Callable, Sequence

from botocore.exceptions import BotoCoreError, ClientError

from devtools.deploy import looking, staging
from devtools.deploy.errors import DeployError
from devtools.package.__main__ import PROJECT
from devtools.package.errors import PackageError


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 1 after the reason in one place, without a traceback."""
    parser = argparse.ArgumentParser(prog="python -m devtools.deploy", description=__doc__)
    commands = parser.add_subparsers(required=True)
    account = commands.add_parser("account", help="what all stages of this account and region stand on")
    account.add_argument("--repository", default="", metavar="OWNER/NAME", help="whose workflows may deploy")
    account.add_argument("--github-provider", default="create", choices=["create", "exists"])
    account.set_defaults(
        work=lambda one: staging.account(
            PROJECT, one.repository, one.github_provider, dry_run=one.dry_run, local=one.local
        )
    )
    stage = commands.add_parser("stage", help="what `make package STAGE=NAME` has made")
    stage.add_argument("name")
    stage.add_argument("--adopt", action="store_true", help="take tables that are there already")
    stage.set_defaults(
        work=lambda one: staging.deploy(PROJECT, one.name, dry_run=one.dry_run, local=one.local, adopt=one.adopt)
    )
    look = commands.add_parser("look", help="at a deployed stage, from outside")
    look.add_argument("url", help="the output ApiUrl")
    look.set_defaults(work=lambda one: looking.look(one.url))
    for one in (account, stage):
        one.add_argument("--dry-run", action="store_true", help="list the changes and make none")
        one.add_argument("--local", action="store_true", help="to the local engine, at the address in AWS_ENDPOINT_URL")
    options = parser.parse_args(arguments)
    return exit_code(lambda: options.work(options))


def exit_code(work: Callable[[], None]) -> int:
    try:
        work()
    except (DeployError, PackageError, BotoCoreError, ClientError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
