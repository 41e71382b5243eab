"""Errors that the tool reports in one sentence. Not bugs: a bug keeps its traceback."""


class Unavailable(Exception):
    """This host cannot run a guest; the message is one sentence that says why."""


class WrongUse(Exception):
    """The arguments make no sense together; the message is one sentence."""
