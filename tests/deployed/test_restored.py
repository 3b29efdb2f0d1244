"""A stack that was deleted is made again around its tables, and nobody notices afterwards."""

import dataclasses
import time

from devtools.local.provision import client
from tests.deployed.stage import DeployedSite, Stage, outputs_in, run
from tests.e2e.test_main_story import signed_up

STACK = "turnout-dev"
SECONDS = 120


def deleted(stage: Stage) -> None:
    """As by accident: everything is gone but what the template keeps."""
    formation = client("cloudformation", stage.endpoint_url)
    identity = formation.describe_stacks(StackName=STACK)["Stacks"][0]["StackId"]
    formation.delete_stack(StackName=STACK)
    end = time.monotonic() + SECONDS
    while formation.describe_stacks(StackName=identity)["Stacks"][0]["StackStatus"] != "DELETE_COMPLETE":
        assert time.monotonic() < end
        time.sleep(0.2)


def test_tables_outlive_their_stack_and_are_taken_by_the_next_one(stage: Stage) -> None:
    site = DeployedSite(stage)
    with site.client() as olga:
        before = signed_up(site, olga, "Olga")
        event = site.an_event(olga, title="Bookbinding", capacity=2)

    deleted(stage)
    printed = run("make deploy STAGE=dev ADOPT=1", stage.project, stage.endpoint_url)

    assert {line.split()[2] for line in printed.splitlines() if line.startswith("Import")} == {
        "AccountsTable",
        "DueTable",
        "EnrollmentsTable",
        "EventsTable",
        "SeatsTable",
    }
    again = DeployedSite(dataclasses.replace(stage, outputs=outputs_in(printed)))
    with again.client(before.token) as olga:
        assert olga.get("/auth/me").json["email"] == before.email
        assert olga.post(f"/events/{event['id']}/enrollments", {}).status == 201
        again.mail(before.email, "^Confirmed: Bookbinding$")
