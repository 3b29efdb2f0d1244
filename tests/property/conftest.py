"""The same examples in every run: a failure here is a failure everywhere."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "turnout",
    max_examples=200,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("turnout")
