"""Who is ahead while a network trains."""

from dataclasses import replace

from experiments.crossings import measured_crossings
from experiments.curves import CurveSet
from experiments.frames import OVERALL, Event, EventKind, Frame, Source
from experiments.views import group_label


class LeadWatch:
    """Adds to frames where the validation losses of two groups cross for good measure."""

    def __init__(self) -> None:
        self._curves = CurveSet()
        self._told_until = 0.0

    def watch(self, frame: Frame) -> Frame:
        """Take what has been measured, and tell what it makes certain."""
        losses = [
            points
            for points in frame.points
            if (points.name.quantity, points.name.source) == ("loss", Source.VALIDATION)
            and points.name.group != OVERALL
        ]
        if len(losses) != 2:
            return frame
        self._curves.extend(losses)
        events = self._crossings()
        self._told_until = max((event.x for event in events), default=self._told_until)
        return replace(frame, events=(*frame.events, *events))

    def _crossings(self) -> list[Event]:
        """Find what follows the change told last, which a change close to it must not cancel."""
        first, second = self._curves
        names = (first.name.group, second.name.group)
        later = first.x > self._told_until
        found = measured_crossings(first.x[later], first.value[later], second.value[later])
        return [
            Event(
                EventKind.CROSSING,
                crossing.x,
                f"Step {crossing.x:,.0f}: now {group_label(names[crossing.after])} is ahead.",
            )
            for crossing in found
        ]
