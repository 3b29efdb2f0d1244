"""What can go wrong in the demo, as one sentence for the person at the terminal."""


class DemoError(Exception):
    """The message is one sentence that names the problem and the fix; it is printed without a traceback."""
