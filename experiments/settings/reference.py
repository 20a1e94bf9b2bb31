"""The reference page of all settings, written from their declarations.

``python -m experiments.settings.reference`` writes ``docs/settings.md`` again.
"""

import inspect
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from experiments.settings.base import Settings
from experiments.settings.description import Section, SettingInfo, describe, find, table_types
from experiments.settings.document import replace
from experiments.settings.dynamics import DynamicsSettings
from experiments.settings.errors import shown
from experiments.settings.mixture import GroupsMixture
from experiments.settings.optimiser import MOST_STEPS
from experiments.settings.phase_diagram import PhaseDiagramSettings
from experiments.settings.training import TrainingSettings
from models.changes import CHANGEABLE

_INTRODUCTION = """\
# Settings

Every setting of a settings file, with its default and what is allowed. Each belongs to the table
before its last dot: `learning.learning_rate` is `learning_rate` in the table `[learning]`. On the
command line, `--set learning.learning_rate=0.1` changes one; `bias-lab show crossing` prints a
whole file.

A file begins with `version = 1` and `kind = "dynamics"`, `kind = "phase-diagram"` or
`kind = "training"`. The optional table `[about]` holds `title`, `summary`, `see`, `why` and
`explore`, texts for the reader.

This page is written by `python -m experiments.settings.reference`.
"""


_CHANGES = """
### Changes `[[changes]]`

Settings that change while a training goes on: one table for each change, in the order of their
steps. Errors count them from 1. Twin pipelines have none.

| key | allowed | what it is |
|---|---|---|
| `step` | 0 to {last}, before the run ends | Steps taken before it: the next has the new value. |
| `setting` | one of those below | The dotted key of what changes. |
| `value` | what that setting allows | Its new value, up to the next change of it. |

```toml
[[changes]]
step = 2000
setting = "optimiser.learning_rate"
value = 0.0003

[[changes]]
step = 5000
setting = "mitigation.class_weighting"
value = "balanced"
```

What only some optimisers use can be changed with those alone, and momentum not to or from 0. These
settings can be changed:

{settings}.
"""


def reference() -> str:
    """Write the page."""
    groups = GroupsMixture(gram=tuple(map(tuple, np.diag([1.0, 1.0, 1.0, 0.0, 0.0, 0.0]).tolist())))
    dynamics = (DynamicsSettings(), DynamicsSettings(mixture=groups))
    data_sets = table_types(TrainingSettings.model_fields["data"].annotation)
    training = [replace(TrainingSettings(), "data.set", name) for name in data_sets]
    lines = [_INTRODUCTION, "## Every kind", "", *_table([find(dynamics[0], "seed")])]
    for forms in (dynamics, (PhaseDiagramSettings(),), training):
        lines += ["", f"## Kind `{forms[0].kind}`", "", inspect.getdoc(forms[0]) or ""]
        for section in _sections(forms):
            lines += ["", f"### {section.title} `[{section.key}]`", "", section.summary, ""]
            lines += _table(section.settings)
    return "\n".join(lines) + "\n" + _changes()


def _changes() -> str:
    """Tell how settings of a training change in mid-run."""
    known = textwrap.fill(", ".join(f"`{key}`" for key in CHANGEABLE), width=100)
    return _CHANGES.format(last=MOST_STEPS - 1, settings=known)


def _sections(forms: Sequence[Settings]) -> tuple[Section, ...]:
    """List every table of a kind, each of its forms once."""
    found = {(part.key, part.summary): part for form in forms for part in describe(form)}
    order = [part.key for part in describe(forms[0])]
    return tuple(sorted(found.values(), key=lambda part: order.index(part.key)))


def _table(settings: Sequence[SettingInfo]) -> Iterator[str]:
    yield "| setting | default | allowed | what it is, how to read it, when it misleads |"
    yield "|---|---|---|---|"
    for info in settings:
        unit = f" ({info.unit})" if info.unit else ""
        text = f"**{info.label}**{unit}. {' '.join(info.help_text)}".replace("|", "\\|")
        yield f"| `{info.key}` | `{shown(info.default)}` | {info.allowed} | {text} |"


if __name__ == "__main__":
    page = Path(__file__).parents[2] / "docs" / "settings.md"
    page.write_text(reference(), encoding="utf-8")
