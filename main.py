"""Entry: without arguments the window opens; a command runs without one."""

import multiprocessing
import sys


def main() -> int:
    """Open the window or obey a command; returns the exit code."""
    multiprocessing.freeze_support()
    if len(sys.argv) > 1:
        from experiments import command_line

        return command_line.main(sys.argv[1:])
    from gui.app import open_window

    return open_window()


if __name__ == "__main__":
    sys.exit(main())
