"""What can be downloaded: addresses, sizes, hashes, licences, and what is bundled instead."""

import re
from dataclasses import dataclass

_KERAS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets"
_OPENML = re.compile(r"openml:([1-9][0-9]{0,8})")


class UnknownDownloadError(ValueError):
    """A name that stands for nothing that can be downloaded; the message lists what there is."""


@dataclass(frozen=True, slots=True)
class StandIn:
    """A bundled set for those without a network: its word in ``data.set``, and its title."""

    word: str
    title: str


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """One file of a set: its name, where it is, how many bytes it has, and their hash."""

    name: str
    address: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class FileSet:
    """A set that consists of known files.

    Attributes
    ----------
    name
        The word for it on the command line and in ``data.name``.
    licence
        One line, shown before the download.
    files
        All of them are needed.
    keras_folder
        Where Keras keeps the same files, within its folder of data sets; None where what Keras
        keeps is not used.
    stand_in
        What is bundled instead.
    """

    name: str
    title: str
    licence: str
    files: tuple[RemoteFile, ...]
    keras_folder: str | None
    stand_in: StandIn

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)

    @property
    def source(self) -> str:
        """The address of the first file."""
        return self.files[0].address


@dataclass(frozen=True, slots=True)
class OpenmlSet:
    """A table of OpenML by its number; size and licence are known once it is here."""

    data_id: int

    @property
    def name(self) -> str:
        """The word for it on the command line."""
        return f"openml:{self.data_id}"

    @property
    def title(self) -> str:
        """What to call it."""
        return f"OpenML set {self.data_id}"

    @property
    def licence(self) -> str:
        """Where its licence is told."""
        return f"see {self.source} for its licence"

    @property
    def size(self) -> None:
        """Not known beforehand."""

    @property
    def source(self) -> str:
        """Its page."""
        return f"https://www.openml.org/d/{self.data_id}"

    @property
    def stand_in(self) -> StandIn | None:
        """What is bundled instead, if anything."""
        return StandIn("adult", "Adult") if self.data_id in _ADULT_IDS else None


Downloadable = FileSet | OpenmlSet

_ADULT_IDS = (179, 1590)

_FASHION_FILES = (
    (
        "train-images-idx3-ubyte.gz",
        26_421_880,
        "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
    ),
    (
        "train-labels-idx1-ubyte.gz",
        29_515,
        "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
    ),
    (
        "t10k-images-idx3-ubyte.gz",
        4_422_102,
        "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
    ),
    (
        "t10k-labels-idx1-ubyte.gz",
        5_148,
        "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
    ),
)

FILE_SETS = {
    entry.name: entry
    for entry in (
        FileSet(
            name="mnist",
            title="Full MNIST",
            licence="CC BY-SA 3.0, LeCun, Cortes and Burges",
            files=(
                RemoteFile(
                    "mnist.npz",
                    f"{_KERAS}/mnist.npz",
                    11_490_434,
                    "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
                ),
            ),
            keras_folder="",
            stand_in=StandIn("mnist", "MNIST 5k"),
        ),
        FileSet(
            name="fashion-mnist",
            title="Full Fashion-MNIST",
            licence="MIT, Zalando SE",
            files=tuple(
                RemoteFile(name, f"{_KERAS}/{name}", size, sha256)
                for name, size, sha256 in _FASHION_FILES
            ),
            keras_folder="fashion-mnist",
            stand_in=StandIn("fashion", "Fashion-MNIST 5k"),
        ),
        # What Keras keeps of CIFAR-10 are pickles, which can run any code when they are read.
        FileSet(
            name="cifar10",
            title="CIFAR-10",
            licence="no licence is stated; cite Krizhevsky (2009)",
            files=(
                RemoteFile(
                    "cifar-10-binary.tar.gz",
                    "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
                    170_052_171,
                    "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
                ),
            ),
            keras_folder=None,
            stand_in=StandIn("fashion", "Fashion-MNIST 5k"),
        ),
    )
}


def find(name: str) -> Downloadable:
    """Find what a name stands for: a word, or ``openml:`` and a number.

    Raises
    ------
    UnknownDownloadError
        When it stands for nothing.
    """
    if name in FILE_SETS:
        return FILE_SETS[name]
    match = _OPENML.fullmatch(name)
    if match is None:
        known = ", ".join(FILE_SETS)
        message = f"{name!r} cannot be downloaded; choose {known}, or openml: and a number"
        raise UnknownDownloadError(f"{message}, such as openml:1590")
    return OpenmlSet(int(match[1]))


def advice(entry: Downloadable) -> str:
    """Say, in a sentence, what can be used without a network."""
    if entry.stand_in is None:
        return "Without a network, a table of your own or a bundled set can be used instead."
    word, title = entry.stand_in.word, entry.stand_in.title
    return f'Without a network, the bundled {title} can stand in (data.set = "{word}").'
