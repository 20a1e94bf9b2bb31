"""The command line: everything that needs no window.

Heavy imports wait inside the commands, so that `list` and `--help` answer at once.
"""

import importlib.metadata
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from experiments.console import OutputError, accept_any_text, complain, progress, say

if TYPE_CHECKING:
    from experiments.figures import RunView
    from experiments.inline import Outcome
    from experiments.settings import Settings
    from experiments.store import RunRow, Store

_MOST_EVENTS = 20

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="See how bias forms while a model trains. Without a command, the window opens.",
    epilog="Exit codes: 0 done, 1 the run failed or was stopped, 2 bad input.",
)


def main(arguments: Sequence[str]) -> int:
    """Obey a command line; returns the exit code and raises nothing."""
    accept_any_text()
    try:
        app(list(arguments), prog_name="bias-lab")
    except SystemExit as ending:
        return ending.code if isinstance(ending.code, int) else 1
    except Exception as error:
        return _explain(error)
    return 0


def _print_version(wanted: bool) -> None:
    if wanted:
        say(f"bias-lab {importlib.metadata.version('bias-lab')}")
        raise typer.Exit


@app.callback()
def _common(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    del version


_VIEW = typer.Option(metavar="NAME", help="Which figure to draw, e.g. errors or disparities.")


@app.command("list")
def list_presets() -> None:
    """List the presets, one line each."""
    from experiments.catalogue import presets

    width = max(len(preset.name) for preset in presets())
    for preset in presets():
        say(f"{preset.name:<{width}}  {preset.kind:<13}  {preset.title}: {preset.summary}")


@app.command("show")
def show_preset(
    name: Annotated[str, typer.Argument(metavar="PRESET", help="A preset's name.")],
) -> None:
    """Print a preset as TOML with every setting, ready to edit."""
    from experiments.catalogue import preset
    from experiments.settings import dump_toml

    say(dump_toml(preset(name).settings).rstrip("\n"))


@app.command("run")
def run_experiment(
    what: Annotated[str, typer.Argument(metavar="PRESET|FILE", help="A preset or a TOML file.")],
    *,
    assignments: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change a setting; may be repeated."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Folder for tables and figures.")
    ] = None,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="What to call the run in the history.")
    ] = None,
    view: Annotated[str, _VIEW] = "",
    download: Annotated[
        bool, typer.Option("--download", help="Download the data set first if it is not here.")
    ] = False,
) -> None:
    """Run a preset or a settings file."""
    from experiments.inline import run_inline
    from experiments.store import Status, StoreError

    stem, settings = _chosen(what, assignments or [])
    title = _figure_title(view, settings)
    if out is not None:
        _check(out)
    if download:
        from experiments.download_command import download_needed

        download_needed(settings)
    try:
        history: Store | nullcontext[None] = _history()
    except StoreError as error:
        if out is None:
            raise
        complain(f"{error}. The run goes on.")
        history = nullcontext()
    name = name or stem
    with history as store, progress(name) as show:
        outcome = run_inline(name, settings, store=store, on_frame=show, on_problem=complain)
    try:
        _tell(outcome)
    finally:  # a terminal that cannot be written to must not cost the export
        kept = _keep(outcome, out=out, title=title)
    raise typer.Exit(0 if kept and outcome.status is Status.DONE else 1)


@app.command("download")
def download_data_set(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="mnist, fashion-mnist, cifar10, or openml: and a number."
        ),
    ],
) -> None:
    """Download a data set that is too large to be bundled."""
    from experiments.download_command import download_here
    from models.downloads import find

    download_here(find(name))


@app.command("inspect")
def inspect_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV or Parquet file.")],
    *,
    label: Annotated[str, typer.Option(metavar="COLUMN", help="The column to be predicted.")] = "",
    positive: Annotated[
        list[str] | None,
        typer.Option(metavar="VALUE", help="A value of the second class; may be repeated."),
    ] = None,
    group: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN", help="A column that says groups; may be repeated."),
    ] = None,
    assignments: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change a setting, e.g. data.bins=3."),
    ] = None,
) -> None:
    """Look at a table of your own, groups first; prints settings that `bias-lab run` takes."""
    from experiments.table_report import inspection

    data = {"label": label, "positive": positive or [], "groups": group or []}
    for line in inspection(file, data, assignments or []):
        say(line)


@app.command("runs")
def list_runs() -> None:
    """List the history of runs, newest first, one line each."""
    with _history() as store:
        rows = store.runs()
    width = max((len(row.name) for row in rows), default=0)
    for row in rows:
        created = row.created.astimezone().strftime("%Y-%m-%d %H:%M")
        say(f"{row.name:<{width}}  {row.status:<11}  {row.kind:<13}  {created}  {_result(row)}")
    if not rows:
        complain("the history is empty; try: bias-lab run crossing")


@app.command("export")
def export_from_history(
    name: Annotated[str, typer.Argument(metavar="RUN", help="A run's name; see bias-lab runs.")],
    *,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Folder for tables and figures.")],
    view: Annotated[str, _VIEW] = "",
) -> None:
    """Write tables, figures and settings of a run in the history to a folder."""
    from experiments.stored import view_of

    with _history() as store:
        run = view_of(store, store.find(name))
    title = _figure_title(view, run.settings)
    _check(out)
    _export(run, out, title)


def _chosen(what: str, assignments: Sequence[str]) -> "tuple[str, Settings]":
    """Read the preset or file that was asked for, changed as told, and a name for its run."""
    from experiments.catalogue import preset, presets
    from experiments.settings import from_table, with_assignments
    from experiments.settings.document import read_table, read_toml

    path = Path(what)
    is_path = any(mark in what for mark in "./\\") or path.exists()
    if is_path and all(entry.name != what for entry in presets()):
        name, table = path.stem, read_table(path)
    else:
        name, table = what, read_toml(preset(what).text)
    source = f"{what} with --set" if assignments else what
    return name, from_table(with_assignments(table, assignments), source=source)


def _figure_title(view: str, settings: "Settings") -> str:
    """Find the figure that was asked for, the first by default."""
    from experiments.export.view import figure_titles

    known = {title.casefold(): title for title in figure_titles(settings.kind)}
    if not view:
        return next(iter(known.values()))
    if view.casefold() not in known:
        message = f"{view!r} is no figure of {settings.kind}; choose one of {', '.join(known)}"
        raise typer.BadParameter(message, param_hint="--view")
    return known[view.casefold()]


def _check(out: Path) -> None:
    from experiments.export import ExportError, check_folder

    try:
        check_folder(out)
    except ExportError as error:
        raise typer.BadParameter(str(error), param_hint="--out") from None


def _history() -> "Store":
    from experiments.store import Store, default_path

    store = Store(default_path())
    if store.notice:
        complain(store.notice)
    return store


def _tell(outcome: "Outcome") -> None:
    """Print how a run ended and what happened on the way."""
    from experiments.frames import EventKind

    say(f"{outcome.view.name}: {outcome.status}")
    apart = {EventKind.PHASE, EventKind.FINDING}
    told = [event for event in outcome.view.events if event.kind not in apart]
    for event in told[:_MOST_EVENTS]:
        say(event.text)
    if len(told) > _MOST_EVENTS:
        say(f"… and {len(told) - _MOST_EVENTS} more events")
    for finding in outcome.view.findings:
        say(finding.words)
    if outcome.details:
        complain(f"{outcome.reason.rstrip('.')}. {_log(outcome.details)}")


def _keep(outcome: "Outcome", *, out: Path | None, title: str) -> bool:
    """Export what a run streamed, or say how to; returns whether it is kept as asked."""
    from experiments.export import ExportError

    row = outcome.row
    stored = row.name if row is not None and row.status is outcome.status else None
    again = f"bias-lab export {stored} --out FOLDER"
    if out is None or outcome.is_empty:
        if stored and not outcome.is_empty:
            say(f"For tables and figures: {again}")
        if not stored:
            complain("This run is not kept in the history.")
        return stored is not None
    try:
        _export(outcome.view, out, title)
    except ExportError as error:
        complain(f"{error}. The run is in the history: {again}" if stored else str(error))
        return False
    return True


def _export(run: "RunView", out: Path, title: str) -> None:
    from experiments.export.view import export_view

    written, caption = export_view(out, run, title)
    if caption:
        say(caption)
    for path in written:
        say(f"wrote {path}")


def _result(row: "RunRow") -> str:
    """Give the end of a run in a few words."""
    if row.summary is None:
        return ""
    if row.summary.cells:
        text = f"{row.summary.cells:,} cells"
        crossed = row.summary.crossed
        return text if crossed is None else f"{text}, lead changes in {100 * crossed:.0f} %"
    parts = [f"loss {group} {loss:.4g}" for group, loss in row.summary.losses]
    if row.summary.gap is not None:
        parts.append(f"gap {row.summary.gap:.4g}")
    return " ".join(", ".join(parts).split())


def _explain(error: Exception) -> int:
    """Say what went wrong in plain words; returns the exit code."""
    from experiments.catalogue import UnknownPresetError
    from experiments.export import ExportError
    from experiments.failure import explain
    from experiments.settings import SettingsError
    from experiments.store import StoreError, UnknownRunError
    from models.dataset import DataUnavailableError
    from models.downloads import DownloadFailedError, UnknownDownloadError

    bad_names = UnknownPresetError | UnknownRunError | UnknownDownloadError
    if isinstance(error, SettingsError | bad_names):
        complain(str(error))
        return 2
    if isinstance(error, StoreError | ExportError | OutputError | DownloadFailedError):
        complain(str(error))
        return 1
    if isinstance(error, DataUnavailableError):
        complain(str(error))
        return 2
    reason, details = explain(error)
    complain(f"{reason.rstrip('.')}. {_log(details)}")
    return 1


def _log(details: str) -> str:
    """Keep what a developer wants to know in a file; says where."""
    from experiments.store import default_path

    path = default_path().with_name("errors.log")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8", errors="replace") as file:
            file.write(f"{datetime.now(UTC).isoformat()}\n{details}\n")
    except OSError:
        return "Details could not be kept."
    return f"Details are in {path}."
