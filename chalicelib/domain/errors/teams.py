"""What a team refuses."""

from http import HTTPStatus

from chalicelib.domain.errors.problem import ConflictError, Problem
from chalicelib.domain.shared import limits


class AlreadyInTeamError(ConflictError):
    """The address that is invited is that of a member, who has another role."""

    problem = Problem(
        code="already_in_team",
        status=HTTPStatus.CONFLICT,
        title="Already in the team",
        detail="Whoever was invited at this address is in the team already, in another role.",
        when="Somebody who was invited at this address is a member, in another role than the invitation asks for.",
        then="Change the role: PATCH the member. Its `id` is in the list of the team.",
    )


class TeamFullError(ConflictError):
    problem = Problem(
        code="team_full",
        status=HTTPStatus.CONFLICT,
        title="Team full",
        detail=f"A team has at most {limits.MAX_TEAM} people, those invited included.",
        when=f"The team has {limits.MAX_TEAM} people, those whose invitation is open included.",
        then="Remove somebody, or take an invitation back.",
    )


class TooManyTeamsError(ConflictError):
    """Of the account that accepts."""

    problem = Problem(
        code="too_many_teams",
        status=HTTPStatus.CONFLICT,
        title="In too many teams",
        detail=f"An account is in at most {limits.MAX_TEAMS} teams.",
        when=f"The account that accepts is in {limits.MAX_TEAMS} teams.",
        then="Leave one, and accept again.",
    )
