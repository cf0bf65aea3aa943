"""A program that lives until it is told to end, for the test of the supervisor."""

import signal

if __name__ == "__main__":
    signal.pause()
