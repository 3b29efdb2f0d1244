"""What to try with the imported conferences: lines that can be pasted into a shell."""

import json
from collections.abc import Mapping, Sequence

from devtools.demo.conferences import Conference
from devtools.demo.mapping import capacity
from devtools.demo.organizer import Login


def hints(api: str, mailbox: str, login: Login, conferences: Sequence[Conference], created: Mapping[str, str]) -> str:
    """The smallest conference serves as the example, because it is the first to be full."""
    smallest = min(conferences, key=lambda conference: (capacity(conference), conference.key))
    event = f"{api}/events/{created[smallest.key]}"
    credentials = json.dumps({"email": login.email, "password": login.password})
    pick = "import json, sys; print(json.load(sys.stdin)['access'])"
    return f"""
Try:
  # what comes next, and one event with {capacity(smallest)} seats: {smallest.title.strip()}
  curl '{api}/events/upcoming?page_size=3'
  curl {event}

  # the same for people, in the browser: {api}/

  # by words: the index is written in the background, and is complete some minutes after so large an import
  curl '{api}/events?q=python&country=DE&has_spots=true'

  # log in as the organizer of all of them, enrol, and read the confirmation at {mailbox}
  TOKEN=$(curl -s {api}/auth/login -H 'Content-Type: application/json' \\
    -d '{credentials}' | python3 -c "{pick}")
  curl -X POST {event}/enrollments -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{{}}'
  curl {event}/enrollments -H "Authorization: Bearer $TOKEN"
  curl {event}/capacity

  # every route, in the browser: {api}/docs"""
