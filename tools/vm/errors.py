"""What the tool can only report. Not a bug: a bug keeps its traceback."""


class Unavailable(Exception):
    """A guest cannot be had on this host; the message is one sentence that says why."""


class WrongUse(Exception):
    """The arguments make no sense together; the message is one sentence."""
