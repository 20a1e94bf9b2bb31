"""How values are written in fields, read from them, and named in words."""

import csv
import html
import math
import re
from collections.abc import Sequence
from typing import Any, get_args

from experiments.settings import SettingInfo
from experiments.settings.axes import AxisParameter, axis

_WORDS = {
    "adam": "Adam",
    "adamw": "AdamW",
    "adult": "Adult census",
    "breast-cancer": "Breast cancer",
    "cp1252": "Windows-1252",
    "latin-1": "Latin-1",
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "csv": "CSV",
    "digits": "Handwritten digits",
    "fashion": "Fashion-MNIST",
    "mnist": "MNIST",
    "rotated": "Rotated images",
    "shapes": "Shapes in a plane",
    "signal": "Table with a signal",
    "gender-and-race": "Gender and race",
    "xor": "XOR",
    "all-classes": "All classes, in halves",
    "two-classes": "Two classes",
    "as-its-slider": "As its slider",
    "as-represented": "As represented",
    "elu": "ELU",
    "gelu": "GELU",
    "cifar10": "CIFAR-10",
    "fashion-mnist": "Fashion-MNIST",
    "file": "Your own table",
    "full": "Full image sets",
    "openml": "Table of OpenML",
    "ink": "Amount of ink",
    "inverse-time": "Inverse time",
    "held-out": "Held out",
    "knn": "Nearest rows",
    "iterative": "Predicted from the others",
    "drop": "Drop training rows",
    "min-max": "From 0 to 1",
    "one-hot": "One-hot",
    "tukey": "Tukey",
    "mixture": "Teacher-mixture",
    "momentum": "SGD with momentum",
    "relative-representation": "Relative representation",
    "relu": "ReLU",
    "rmsprop": "RMSprop",
    "sgd": "SGD",
    "smooth-hinge": "Smooth hinge",
    "cross-entropy": "Cross-entropy",
    "logit-adjusted": "Logit-adjusted",
    "leaky-relu": "Leaky ReLU",
    "selu": "SELU",
    "silu": "SiLU",
    "glorot-uniform": "Glorot, uniform",
    "glorot-normal": "Glorot, normal",
    "he-uniform": "He, uniform",
    "he-normal": "He, normal",
    "lecun-uniform": "LeCun, uniform",
    "lecun-normal": "LeCun, normal",
    "nesterov": "SGD with Nesterov momentum",
    "cosine-restarts": "Cosine with restarts",
    "reduce-on-plateau": "Reduce on plateau",
    "effective-number": "By effective number",
    "batch-size": "Number of rows",
    "sum-of-weights": "Sum of weights",
    "worst-group": "Worst group",
    "resampling": "Resampling before the split",
    "scaler": "Scaler fitted on all rows",
    "imputer": "Imputer fitted on all rows",
    "dropped-rows": "Dropping incomplete rows",
    "leak": "Keeping a leaking column",
    "warmup-cosine": "Warm-up and cosine",
}


class UnreadableTextError(ValueError):
    """A text that stands for no value of the kind that a setting holds."""


def choice_words(choice: str) -> str:
    """Name a choice for people."""
    if choice in get_args(AxisParameter):
        return axis(choice).label
    return _WORDS.get(choice, choice.replace("_", " ").replace("-", " ").capitalize())


def number_text(value: float) -> str:
    """Write a number exactly, and as short as that allows."""
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e6):
        return str(int(value))
    return repr(value).replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")


def value_text(info: SettingInfo, value: Any) -> str:  # noqa: ANN401  (settings hold many types)
    """Write a value as its field shows it."""
    match info.kind:
        case "number" | "integer":
            return number_text(value)
        case "choice":
            return choice_words(value)
        case "numbers":
            return _number_row(value)
        case "texts":
            return ", ".join(_quoted(word) for word in value)
        case "matrix":
            return _aligned_rows(value)
        case "text":
            return str(value)


def parse_value(info: SettingInfo, text: str) -> object:
    """Read a value of the setting's kind; whether it is allowed is for the settings to say.

    Raises
    ------
    UnreadableTextError
        With a sentence that says what to write.
    """
    text = text.strip()
    match info.kind:
        case "number":
            return _number(info, text)
        case "integer":
            number = _number(info, text)
            return int(number) if number.is_integer() else number
        case "numbers":
            return _numbers(text)
        case "texts":
            return tuple(next(csv.reader([text], skipinitialspace=True), []))
        case "matrix":
            return tuple(_numbers(line) for line in text.splitlines() if line.strip())
        case _:
            return text


def tooltip(*lines: str) -> str:
    """Build a tooltip that wraps and shows its lines as they are, whatever they contain."""
    return "".join(f"<p>{html.escape(line)}</p>" for line in lines if line)


def unbroken_label(info: SettingInfo) -> str:
    """Write a label so that symbols, signs and brackets stay with their words."""
    title = re.sub(r" (?=[+−&])|(?<=,) ", "\N{NO-BREAK SPACE}", info.title)
    symbol = info.symbol.replace("/", "\N{WORD JOINER}/\N{WORD JOINER}")
    return f"{title}\N{NO-BREAK SPACE}{symbol}" if symbol else title


def sentence(text: str) -> str:
    """Begin with a capital letter."""
    return text[:1].upper() + text[1:]


def _quoted(word: str) -> str:
    if word == word.strip() and not set(word) & {",", '"'}:
        return word
    return '"' + word.replace('"', '""') + '"'


def _number_row(numbers: Sequence[float]) -> str:
    return ", ".join(number_text(number) for number in numbers)


def _aligned_rows(matrix: Sequence[Sequence[float]]) -> str:
    rows = [[number_text(number) for number in row] for row in matrix]
    width = max((len(cell) for row in rows for cell in row), default=0)
    return "\n".join(", ".join(cell.rjust(width) for cell in row) for row in rows)


def _number(info: SettingInfo, text: str) -> float:
    try:
        return _finite(text)
    except ValueError:
        given = f"‘{text}’ is no number" if text else "nothing is given"
        message = f"{given}; write one such as {number_text(info.default)}, from {info.allowed}"
        raise UnreadableTextError(message) from None


def _numbers(text: str) -> tuple[float, ...]:
    cells = text.strip("[] ").replace(",", " ").split()
    try:
        return tuple(_finite(cell) for cell in cells)
    except ValueError:
        message = f"‘{text}’ is no list of numbers; write them like 1, 2.5"
        raise UnreadableTextError(message) from None


def _finite(text: str) -> float:
    number = float(text.replace("−", "-"))
    if not math.isfinite(number):
        raise ValueError(text)
    return number
