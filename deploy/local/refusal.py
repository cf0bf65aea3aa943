"""What stops a command with one clear sentence instead of a traceback."""


class CannotRun(Exception):
    """A cause outside the code (port, folder, network, program), told in one French sentence.

    The command line prints the sentence and ends with exit code 2.
    """
