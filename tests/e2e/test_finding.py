"""Finding over HTTP: the commands of docs/finding.md on a few events, what caches may keep, and the index rebuilt."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from chalicelib.container import system_clock
from tests.e2e.client import Client
from tests.e2e.site import Site, eventually, in_days
from tests.e2e.tables import Tables

PROJECT = Path(__file__).parents[2]
DOCUMENT = PROJECT / "docs" / "finding.md"
BLOCK = re.compile(r"^<!-- find: (?P<name>\w+) -->\n```bash\n(?P<commands>.*?)^```\n", re.MULTILINE | re.DOTALL)
CUT = "-- next block --"
SECONDS = 240


class Fair:
    """Events around a July in Berlin, by name, of an organizer whom nobody else uses."""

    def __init__(self, site: Site, tables: Tables) -> None:
        self.site = site
        self.olga, paul = tables.people(2)
        now = system_clock()
        year = now.year + (now.month > 6)
        berlin = {"location": "Berlin", "country": "DE", "timezone": "Europe/Berlin"}
        middle = {"coordinates": {"latitude": 52.4009, "longitude": 13.0591}}
        bern = {"coordinates": {"latitude": 46.948, "longitude": 7.4474}}
        python = {"description": "Topics: python, data."}
        events: dict[str, dict[str, Any]] = {
            "first minutes": {**berlin, "starts_at": f"{year}-07-01T00:10:00"},
            "full": {**berlin, **python, "starts_at": f"{year}-07-09T09:00:00", "capacity": 1},
            "last minutes": {**berlin, **middle, "starts_at": f"{year}-07-31T23:50:00", "capacity": 5},
            "August": {**berlin, "starts_at": f"{year}-08-01T00:10:00"},
            "elsewhere": {**bern, "location": "Bern", "country": "CH", "starts_at": f"{year}-07-09T09:00:00"},
            "overseas": {**python, "location": "Boston", "country": "US", "starts_at": in_days(40)},
        }
        with site.client(self.olga.token) as olga:
            self.ids = {
                name: str(site.an_event(olga, title=f"Fair: {name}", **fields)["id"]) for name, fields in events.items()
            }
        with site.client(paul.token) as client:
            assert client.post(f"/events/{self.ids['full']}/enrollments", {}).status == 201
        with site.client() as visitor:
            for name in self.ids:
                eventually(lambda name=name: self._is_found(visitor, name), f"The words of {name}")  # type: ignore[misc]

    def _is_found(self, visitor: Client, name: str) -> bool:
        answer = visitor.get(f"/events?q=fair+{name.replace(' ', '+')}&organizer={self.olga.id}&page_size=100")
        return self.ids[name] in [one["id"] for one in answer.json["results"]]

    def names(self, output: str) -> list[list[str]]:
        """Which of the events each of the printed answers has; other tests have theirs in the same lists."""
        named = {value: name for name, value in self.ids.items()}
        found = []
        for line in output.splitlines():
            answer: dict[str, Any] = json.loads(line)
            assert answer["next"] is None
            found.append([named[one["id"]] for one in answer["results"] if one["id"] in named])
        return found


@pytest.fixture(scope="module")
def fair(site: Site, tables: Tables) -> Fair:
    return Fair(site, tables)


def test_the_commands_of_the_document_find_what_it_says(fair: Fair) -> None:
    blocks = {one["name"]: one["commands"] for one in BLOCK.finditer(DOCUMENT.read_text(encoding="utf-8"))}
    assert list(blocks) == ["july", "countries", "all", "near"]

    walked = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", f"\necho '{CUT}'\n".join(blocks.values())],
        env={**os.environ, "API": fair.site.api_url},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )

    assert walked.returncode == 0, walked.stderr
    july, countries, everything, near = walked.stdout.split(f"{CUT}\n")
    assert fair.names(july) == [["first minutes", "last minutes"]]
    assert fair.names(countries) == [["full"], ["overseas"]]
    assert fair.names(near) == [["last minutes"]]
    printed = [line.split(" Fair: ")[1] for line in everything.splitlines() if " Fair: " in line]
    assert sorted(printed) == ["full", "overseas"]


def test_what_caches_keep_is_true_again_after_somebody_enrolled(fair: Fair, tables: Tables) -> None:
    [person] = tables.people(1)
    url = f"/events?organizer={fair.olga.id}&location=berlin&page_size=3"
    with fair.site.client() as visitor, fair.site.client(person.token) as client:
        first = visitor.get(url)
        assert (first.headers["Cache-Control"], first.headers["Vary"]) == ("public, max-age=5", "Authorization")
        assert first.json["next"]

        same = visitor.get(url, headers={"If-None-Match": first.headers["ETag"]})
        assert (same.status, same.text, same.headers["ETag"]) == (304, "", first.headers["ETag"])
        assert client.get(url).headers["Cache-Control"] == "private, max-age=0, must-revalidate"

        assert client.post(f"/events/{fair.ids['last minutes']}/enrollments", {}).status == 201
        changed = visitor.get(url, headers={"If-None-Match": first.headers["ETag"]})
        assert changed.status == 200
        assert [one["available_spots"] for one in changed.json["results"]] == [None, 0, 4]
        assert changed.json["next"] == first.json["next"]


def reindex(fair: Fair, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command beside the running stack."""
    return subprocess.run(
        [sys.executable, "-m", "operations.reindex", *arguments],
        env={**os.environ, "TURNOUT_LOCAL": str(fair.site.stack.log.parent), "COLUMNS": "120"},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def test_the_index_is_compared_and_written_anew_while_everything_runs(fair: Fair, tables: Tables) -> None:
    event = fair.ids["elsewhere"]
    eventually(lambda: tables.unfinished() == 0, "The end of all jobs")
    assert reindex(fair, "--check").stdout.splitlines()[-1] == "0 differences."

    tables.lose_words(event, "ber")
    with fair.site.client() as visitor:
        assert visitor.get(f"/events?q=bern&organizer={fair.olga.id}").json["results"] == []
        checked = reindex(fair, "--check")
        assert checked.returncode == 1
        missing = [line for line in checked.stdout.splitlines() if line.endswith(" is missing")]
        assert missing
        assert all(line.startswith(f"{event}: word#ber") for line in missing)

        written = reindex(fair)

        assert written.returncode == 0, written.stderr
        assert written.stdout.splitlines()[-1].endswith(" events are indexed anew.")
        found = visitor.get(f"/events?q=bern&organizer={fair.olga.id}").json["results"]
    assert [one["id"] for one in found] == [event]
    assert reindex(fair, "--check").returncode == 0
