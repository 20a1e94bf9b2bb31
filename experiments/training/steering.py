"""What a user asks of a training that goes on: changes of settings, and a last point."""

from collections import deque
from contextlib import closing

from experiments.frames import Frame
from experiments.inflation import WEIGHTS_STEP
from experiments.protocol import Change, Stop
from experiments.run import SteeredGenerator
from experiments.settings import SettingsError, TrainingSettings, with_change
from experiments.training.notices import unchanged


def steered(frames: SteeredGenerator, settings: TrainingSettings) -> SteeredGenerator:
    """Yield frames, and pass on what is sent; a change is passed on until a frame answers it.

    While rows are prepared there is nobody to answer, so it waits for the first step. When told to
    stop, it ends with a point and a snapshot of the step where the training stands; at once where
    there is no training, because it has not begun or has ended, and between twins, which only
    together tell something.
    """
    waiting: deque[Change] = deque()
    step, pictured, has_ended = 0, 0, False
    with closing(frames):
        frame = next(frames, None)
        while frame is not None:
            if frame.progress is not None:
                step = frame.progress.steps
            for each in frame.changes:
                settings = with_change(
                    settings, step=each.step, setting=each.setting, value=each.value
                )
            if waiting and (frame.changes or frame.events):
                waiting.popleft()
            has_ended = has_ended or _is_last(frame)
            pictured = step if frame.snapshots else pictured
            wanted = yield frame
            while isinstance(wanted, Change):
                reason = _refusal(settings, wanted, step=step, has_ended=has_ended)
                if not reason:
                    waiting.append(wanted)
                    break
                wanted = yield Frame(events=(unchanged(reason, step=step),))
            if isinstance(wanted, Stop):
                if not has_ended and step > pictured and settings.twin.mistake == "none":
                    yield from _to_last_point(frames)
                return
            try:
                frame = frames.send(waiting[0] if waiting else wanted)
            except StopIteration:
                return


def _to_last_point(frames: SteeredGenerator) -> SteeredGenerator:
    """Have the training measured where it stands."""
    is_pictured = False
    while not is_pictured:
        try:
            frame = frames.send(Stop())
        except StopIteration:
            return
        is_pictured = bool(frame.snapshots)
        yield frame


def _is_last(frame: Frame) -> bool:
    """Tell whether the network is trained by this frame."""
    return any(points.name.quantity == WEIGHTS_STEP for points in frame.points)


def _refusal(settings: TrainingSettings, change: Change, *, step: int, has_ended: bool) -> str:
    """Say why a change is not possible; empty where it is."""
    if settings.twin.mistake != "none":
        return "Twin pipelines are trained as their settings say from the start."
    if has_ended:
        return "The network is trained already."
    try:
        with_change(settings, step=step, setting=change.setting, value=change.value)
    except SettingsError as error:
        return str(error)
    return ""
