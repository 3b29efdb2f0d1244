"""The operator's command: the keys of one function, where only that function reads."""

from typing import Any

import pytest

from chalicelib.security.keyring import KeyRing, KeyRingError, RingMacs
from chalicelib.security.purposes import KEYS_OF
from operations.function_keys.__main__ import main, write
from tests.support.world import KEY_RING, World


class Ssm:
    def __init__(self) -> None:
        self.written: list[dict[str, Any]] = []

    def put_parameter(self, **arguments: Any) -> None:
        self.written.append(arguments)


@pytest.mark.parametrize("function", sorted(KEYS_OF))
def test_what_is_written_signs_for_the_function_and_for_nothing_else(world: World, function: str) -> None:
    ssm = Ssm()

    told = write(world.container, function, "/turnout/prod/keys", ssm)

    [written] = ssm.written
    assert (written["Name"], written["Type"], written["Overwrite"]) == ("/turnout/prod/keys", "SecureString", True)
    ring = KeyRing.parse(written["Value"])
    whole = RingMacs(lambda: KeyRing.parse(KEY_RING))
    for purpose in KEYS_OF[function]:
        assert whole.matches(purpose, "text", RingMacs(lambda: ring).mac(purpose, "text"))
    for purpose in ("access-token", "refresh-token", "feed"):
        with pytest.raises(KeyRingError, match=purpose):
            ring.derive(ring.current, purpose)
    assert KEY_RING.split(":")[1] not in written["Value"] + told
    assert all(secret.split(":")[1] not in told for secret in written["Value"].split(","))


def test_a_dry_run_names_the_keys_and_writes_nothing(world: World) -> None:
    ssm = Ssm()

    told = write(world.container, "mail", "/turnout/prod/keys", ssm, dry_run=True)

    assert told.startswith("/turnout/prod/keys would have keys for link, mailbox, ")
    assert told.endswith(" of test1. Nothing was written.")
    assert ssm.written == []


def test_a_parameter_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["mail"])

    assert "--to" in capsys.readouterr().err
