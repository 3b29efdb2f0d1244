"""How many examples: the same few in every `make test`, and in `make test-deep` many that nobody has seen before."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "turnout",
    max_examples=8,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "deep", settings.get_profile("turnout"), max_examples=2_000, derandomize=False, print_blob=True
)
settings.load_profile("turnout")
