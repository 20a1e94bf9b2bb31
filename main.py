"""Entry: without arguments the window opens; a command runs without one."""

import multiprocessing
import sys


def main() -> int:
    """Open the window or obey a command; returns the exit code."""
    multiprocessing.freeze_support()
    if len(sys.argv) > 1:
        from experiments import command_line

        return command_line.main(sys.argv[1:])
    from experiments.console import complain
    from gui.app import NoWindowError, open_window

    try:
        return open_window()
    except NoWindowError as error:
        complain(str(error))
        return 1


if __name__ == "__main__":
    sys.exit(main())
