"""What owners and members do with teams."""

from chalicelib.container import Container
from chalicelib.services.teams.names import TeamNames
from chalicelib.services.teams.organize import EventTeams
from chalicelib.services.teams.ports import TeamPorts
from chalicelib.services.teams.take_part import Participation


class TeamCases:
    def __init__(self, container: Container) -> None:
        store = container.store
        ports = TeamPorts(
            teams=store.teams,
            events=store.events,
            accounts=store.accounts,
            macs=container.security.macs,
            queue=container.mail.queue,
            clock=container.clock,
            new_id=container.new_id,
            limiter=container.limiter,
            limits=container.limits,
        )
        self.names = TeamNames(store.teams, store.accounts)
        self.of_events = EventTeams(ports, self.names)
        self.participation = Participation(ports, container.security.team_links)
