"""What tests patch is put back: nothing is patched while actors of a simulation take turns."""

from pathlib import Path

SIMULATIONS = Path(__file__).parents[1] / "simulation"


def test_no_actor_of_a_simulation_patches_what_others_use() -> None:
    """Two who patch one name in turns put back each other's patch, and it stays for every test that follows."""
    patching = [path.name for path in SIMULATIONS.rglob("*.py") if "MonkeyPatch.context" in path.read_text("utf-8")]

    assert patching == []
