"""How fast maps of every rule come onto the screen: ``python -m benchmarks.phase_map``."""

import time
from typing import Any

from experiments.maps import CellMap
from experiments.phase_diagram import exact_map, run_phase_diagram
from experiments.settings import PhaseDiagramSettings

RESOLUTION = 256
DRAGGED = 64
RULES: dict[str, dict[str, Any]] = {
    "squared, cosine": {"schedule": "cosine", "decay_steps": 60.0, "alpha": 0.1},
    "logistic": {"loss": "logistic", "learning_rate": 2.0},
    "focal": {"loss": "focal", "learning_rate": 2.0},
    "smooth hinge": {"loss": "smooth-hinge", "learning_rate": 2.0},
}
SOLVED_TO_THE_END = ("squared, cosine", "logistic")
COARSE = 16
"""Cells of the map of 4 × 4 blocks."""


def settings(learning: dict[str, Any]) -> PhaseDiagramSettings:
    """Representation × variance around the double crossing."""
    return PhaseDiagramSettings.model_validate(
        {
            "mixture": {
                "representation": 0.84,
                "variance_plus": 0.15,
                "variance_minus": 2.0,
                "rule_similarity": 0.76,
                "label_correlation_plus": -0.07,
                "label_correlation_minus": -0.59,
                "shift": 1.0,
                "threshold_plus": -0.04,
                "threshold_minus": -0.08,
            },
            "learning": {"learning_rate": 0.29, "initial_norm": 0.05, **learning},
            "map": {"resolution": RESOLUTION},
        }
    )


def closed_form() -> None:
    """Time a whole map, and the one that follows a slider."""
    chosen = settings({})
    exact_map(chosen, DRAGGED)
    for resolution in (DRAGGED, RESOLUTION):
        durations = []
        for _ in range(5):
            began = time.perf_counter()
            exact_map(chosen, resolution)
            durations.append(time.perf_counter() - began)
        print(f"closed form, {resolution} × {resolution}:{1e3 * min(durations):>8.1f} ms")


def other_rule(name: str, learning: dict[str, Any]) -> None:
    """Time the first maps, the longest wait between frames, and count the cells solved."""
    chosen = settings(learning)
    cells, longest, coarse, done, first = CellMap(chosen), 0.0, 0.0, 0, 0.0
    began = last = time.perf_counter()
    for frame in run_phase_diagram(chosen):
        now = time.perf_counter()
        cells.extend(frame.cells)
        longest, last = max(longest, now - last), now
        first = first or now - began
        assert frame.progress is not None
        done = frame.progress.steps
        if done >= COARSE and not coarse:
            coarse = now - began
            if name not in SOLVED_TO_THE_END:
                break
    print(f"{name:<16} first{first:>6.2f} s, 4 × 4 blocks{coarse:>6.2f} s", end="")
    if name in SOLVED_TO_THE_END:
        share = RESOLUTION**2 / done
        print(
            f", all{last - began:>7.1f} s, longest wait{1e3 * longest:>5.0f} ms,"
            f"{done:>6} cells, {share:.1f} times fewer than all",
            end="",
        )
    print()


def main() -> None:
    """Print the table."""
    closed_form()
    for name, learning in RULES.items():
        other_rule(name, learning)


if __name__ == "__main__":
    main()
