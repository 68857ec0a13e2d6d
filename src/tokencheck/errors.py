"""The one exception that is meant for people."""


class UserError(Exception):
    """A problem the user can mend: it says where, what was found, what is expected, and the remedy.

    The command line prints the message without a traceback and exits with 1.
    """
