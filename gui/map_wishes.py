"""What a user wants of a map."""

from PySide6.QtCore import QObject, Signal


class MapWishes(QObject):
    """Passed on from whichever map is shown; places are values of x and y.

    Signals
    -------
    marker_moved
        Where the marker is wanted; again and again while it is dragged.
    marker_released
        The next move is another stroke.
    open_requested
        The cell to be opened as dynamics.
    measure_requested
        The point at which runs are wanted.
    """

    marker_moved = Signal(float, float)
    marker_released = Signal()
    open_requested = Signal(float, float)
    measure_requested = Signal(float, float)
