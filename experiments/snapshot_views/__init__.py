"""What a network says of held-out rows at one moment of its training, seen from all sides.

`look_at` picks the moment; every view is a pure function of the `Look` it gives. Where there is
nothing to see, both give a sentence that says why instead.
"""

from experiments.snapshot_views.boundary import Boundary, boundary
from experiments.snapshot_views.calibration import Calibration, CalibrationCurve, calibration
from experiments.snapshot_views.confusion import Confusion, confusions
from experiments.snapshot_views.look import Choice, Group, Labels, Look, labels_of, look_at
from experiments.snapshot_views.mistakes import GroupMistakes, Mistake, Mistakes, mistakes
from experiments.snapshot_views.report import Report, ReportLine, reports
from experiments.snapshot_views.roc import Roc, RocCurve, roc
from experiments.snapshot_views.thresholds import Histogram, Rates, Thresholds, thresholds

__all__ = [
    "Boundary",
    "Calibration",
    "CalibrationCurve",
    "Choice",
    "Confusion",
    "Group",
    "GroupMistakes",
    "Histogram",
    "Labels",
    "Look",
    "Mistake",
    "Mistakes",
    "Rates",
    "Report",
    "ReportLine",
    "Roc",
    "RocCurve",
    "Thresholds",
    "boundary",
    "calibration",
    "confusions",
    "labels_of",
    "look_at",
    "mistakes",
    "reports",
    "roc",
    "thresholds",
]
