"""How far a run may go before it pauses."""

from experiments.frames import TO_NEXT_POINT, Frame


class Pace:
    """Whether a run goes on, takes a few steps, or stands still.

    Attributes
    ----------
    paused
        It stands still.
    """

    def __init__(self, *, paused: bool) -> None:
        self.paused = paused
        self._done = 0
        self._target: int | None = None
        self._points_after: int | None = None

    @property
    def wanted(self) -> int | None:
        """What to send the run for its next frame; None leaves it to the run."""
        if self._points_after is not None:
            return TO_NEXT_POINT
        return None if self._target is None else self._target - self._done

    def pause(self) -> None:
        """Stand still."""
        self._go(paused=True)

    def resume(self) -> None:
        """Go on without end."""
        self._go(paused=False)

    def step(self, steps: int | None) -> None:
        """Take this many steps on top of those under way; None: until later points arrive.

        What was asked for last counts: one of both alone says where to stand still.
        """
        self.paused = False
        if steps is None:
            self._target, self._points_after = None, self._done
        else:
            self._target = steps + (self._done if self._target is None else self._target)
            self._points_after = None

    def took(self, frame: Frame) -> None:
        """Count a frame; a step that it completes ends in a pause."""
        if frame.progress is not None:
            self._done = frame.progress.steps
        stepped = self._target is not None and self._done >= self._target
        grown = bool(frame.points or frame.ensembles or frame.cells or frame.measured)
        if stepped or (
            self._points_after is not None and grown and self._done > self._points_after
        ):
            self._go(paused=True)

    def _go(self, *, paused: bool) -> None:
        self.paused = paused
        self._target = None
        self._points_after = None
