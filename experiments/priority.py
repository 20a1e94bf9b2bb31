"""How processes beside the window behave."""

import signal
import sys

ANSWERING, WORKING = 5, 10
"""Niceness of a process that a user waits for, and of one that works meanwhile."""


def stay_in_background(niceness: int) -> None:
    """Leave keyboard interrupts and most of the processor to the window."""
    import psutil

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "win32":
        psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
    else:
        psutil.Process().nice(niceness)
