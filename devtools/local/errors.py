"""What can go wrong before or while the development stack runs, as one sentence for the person at the terminal."""


class LocalError(Exception):
    """The message is one sentence that names the problem and the fix; it is printed without a traceback."""


def taken(port: int, what: str, option: str) -> str:
    """The sentence for a port that another program has."""
    return f"Port {port} for {what} is taken: stop what listens there, or choose another with `{option}={port + 1}`."
