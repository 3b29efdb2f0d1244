"""From where somebody logs in: what is news to them, what is kept, and when a login is fresh."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.accounts.account import Principal
from chalicelib.domain.shared.limits import FRESH_LOGIN, KNOWN_NETWORK_LIFE
from chalicelib.domain.shared.networks import NO_NETWORKS, UNKNOWN, KnownNetworks

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
HOME, ELSEWHERE = "192.0.2.0/24", "203.0.113.0/24"
AT_HOME = NO_NETWORKS.after_login(HOME, NOW)


@pytest.mark.parametrize(
    ("known", "network", "later", "news"),
    [
        (NO_NETWORKS, HOME, timedelta(), False),
        (AT_HOME, HOME, timedelta(), False),
        (AT_HOME, ELSEWHERE, timedelta(), True),
        (AT_HOME, UNKNOWN, timedelta(), False),
        (AT_HOME, "", timedelta(), False),
        (AT_HOME, HOME, KNOWN_NETWORK_LIFE - timedelta(seconds=1), False),
        (AT_HOME, HOME, KNOWN_NETWORK_LIFE, True),
        (AT_HOME.after_login(ELSEWHERE, NOW), HOME, timedelta(), False),
    ],
)
def test_what_is_news(known: KnownNetworks, network: str, later: timedelta, news: bool) -> None:  # noqa: FBT001 - a table
    assert known.is_news(network, NOW + later) is news


def test_the_latest_twenty_are_kept_each_once() -> None:
    known = NO_NETWORKS
    for number in range(30):
        known = known.after_login(f"10.0.{number}.0/24", NOW + timedelta(minutes=number))
    known = known.after_login("10.0.15.0/24", NOW + timedelta(hours=1))

    assert [network for network, _ in known.seen[:2]] == ["10.0.15.0/24", "10.0.29.0/24"]
    assert len({network for network, _ in known.seen}) == len(known.seen) == 20
    assert known.after_login(UNKNOWN, NOW) == known.after_login("", NOW) == known


def test_a_login_is_fresh_for_a_while_and_a_mailed_link_never() -> None:
    somebody = Principal("u", "s", (), email_verified=True, logged_in_at=NOW)

    assert somebody.is_fresh(NOW + FRESH_LOGIN - timedelta(milliseconds=1))
    assert not somebody.is_fresh(NOW + FRESH_LOGIN)
    assert not Principal("u", "", (), email_verified=True, via_link=True).is_fresh(NOW)
