"""The safe loader of PyYAML: that of libyaml where there is one, which reads a template in a tenth of the time."""

try:
    from yaml import CSafeLoader as SafeLoader
except ImportError:  # PyYAML was built without libyaml
    from yaml import SafeLoader  # type: ignore[assignment]

__all__ = ["SafeLoader"]
