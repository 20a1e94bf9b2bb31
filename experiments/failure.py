"""An exception as one plain sentence, with its traceback as details."""

import traceback

_OWN_PACKAGES = {"experiments", "models", "simulation"}


def explain(error: Exception) -> tuple[str, str]:
    """Say what went wrong.

    Returns
    -------
    reason : str
        One line. Errors of Bias Lab speak for themselves; others are named.
    details : str
        The traceback.
    """
    details = "".join(traceback.format_exception(error))
    text = " ".join(str(error).split())
    if isinstance(error, MemoryError):
        return "There is not enough memory: try fewer points, samples or a smaller model.", details
    if isinstance(error, ImportError):
        return f"A part of the installation is missing: {text}. Install Bias Lab again.", details
    if type(error).__module__.partition(".")[0] in _OWN_PACKAGES:
        return f"{_begun(text).rstrip('.')}.", details
    name = type(error).__name__
    return f"Something unexpected went wrong ({name}: {text}).", details


def _begun(text: str) -> str:
    """Begin a sentence with a capital, unless a name such as a file's begins it."""
    return f"{text[:1].upper()}{text[1:]}" if text.partition(" ")[0].isalpha() else text
