"""Reading from the network with limits on time and size, and errors in plain words."""

import errno
import socket
import ssl
import time
from email.message import Message
from http.client import HTTPException, HTTPResponse
from urllib.error import HTTPError, URLError
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    UnknownHandler,
)

from typing_extensions import override

from models.downloads.progress import DownloadFailedError, OnProgress, Transferred, megabytes

_CHUNK = 2**16


class Opener(OpenerDirector):
    """Opens web addresses, and nothing else, and watches what comes from them.

    Parameters
    ----------
    patience
        Seconds to wait for an answer, and for every 64 KiB of it.
    longest
        Seconds in which all must have arrived, counted from now.
    limit
        Largest number of bytes of all answers together.
    total
        Number of bytes that is expected, for progress; None where only the answers tell.
    on_progress
        Called for every address and every piece.

    Raises
    ------
    DownloadFailedError
        By `open`, when there is no answer; then at once for every other address, too.
    """

    def __init__(
        self,
        *,
        patience: float,
        longest: float,
        limit: int,
        total: int | None,
        on_progress: OnProgress,
    ) -> None:
        super().__init__()
        self.addheaders = [("User-Agent", "bias-lab")]
        self.patience = patience
        self._longest = longest
        self._end = time.monotonic() + longest
        self._limit = limit
        self._total = total
        self._grows = total is None
        self._on_progress = on_progress
        self._done = 0
        self._failure = ""
        for handler in (
            ProxyHandler,
            UnknownHandler,
            HTTPHandler,
            HTTPSHandler,
            HTTPDefaultErrorHandler,
            HTTPRedirectHandler,
            HTTPErrorProcessor,
        ):
            self.add_handler(handler())

    @override
    def open(
        self, fullurl: str | Request, data: object = None, timeout: float | None = None
    ) -> "Answer":
        """Open an address."""
        del data, timeout
        if self._failure:
            raise DownloadFailedError(self._failure)
        self._tell(waits=True)
        try:
            response = super().open(fullurl, None, self.patience)
        except (OSError, HTTPException) as error:
            self._failure = reason(error, patience=self.patience)
            if isinstance(error, HTTPError):
                error.close()
            raise DownloadFailedError(self._failure) from error
        # A redirection is followed by way of this function.
        return response if isinstance(response, Answer) else Answer(response, self)

    def expect(self, size: int) -> None:
        """Expect so many bytes more."""
        if self._grows:
            self._total = self._done + size

    def count(self, size: int) -> None:
        """Count what has arrived; an empty piece is the end.

        Raises
        ------
        DownloadFailedError
            When it is more, or took longer, than the limits.
        """
        self._done += size
        if time.monotonic() > self._end:
            arrived = megabytes(self._done)
            arrived += f" of {megabytes(self._total)}" if self._total else ""
            message = f"only {arrived} had arrived after {_time(self._longest)}"
            raise DownloadFailedError(f"{message}, the longest that is waited")
        if self._done > self._limit:
            message = f"more was sent than the {megabytes(self._limit)} that are allowed"
            raise DownloadFailedError(message)
        self._tell(waits=size > 0)

    def _tell(self, *, waits: bool) -> None:
        self._on_progress(Transferred(self._done, self._total, waits))


class Answer:
    """What an address answers: a file to be read, complete and in time.

    Raises
    ------
    DownloadFailedError
        By `read`, when it is too slow, too long or ends too early.
    """

    def __init__(self, response: HTTPResponse, opener: Opener) -> None:
        self._response = response
        self._opener = opener
        length = response.headers.get("Content-Length", "")
        self._expected = int(length) if length.isdecimal() else None
        if self._expected is not None:
            opener.expect(self._expected)
        self._arrived = 0
        self._restart_clock()

    def info(self) -> Message:
        """Give the headers."""
        return self._response.headers

    def close(self) -> None:
        """Hang up."""
        self._response.close()

    def read(self, size: int = -1) -> bytes:
        """Read what has arrived, but no more than `size` bytes; nothing at the end."""
        piece = self._response.read1(_CHUNK if size < 0 else min(size, _CHUNK))
        self._arrived += len(piece)
        if not piece and self._expected is not None and self._arrived < self._expected:
            message = f"the connection ended after {self._arrived:,} of {self._expected:,} bytes"
            raise DownloadFailedError(message)
        self._opener.count(len(piece))
        self._pending -= len(piece)
        if self._pending <= 0:
            self._restart_clock()
        elif piece and time.monotonic() > self._due:
            message = f"less than 64 KiB arrived in {self._opener.patience:g} s"
            raise DownloadFailedError(message)
        return piece

    def _restart_clock(self) -> None:
        self._pending = _CHUNK
        self._due = time.monotonic() + self._opener.patience


def _time(seconds: float) -> str:
    return f"{seconds / 60:g} min" if seconds >= 60 else f"{seconds:g} s"


def reason(error: BaseException, *, patience: float) -> str:
    """Say in words why something could not be fetched or kept."""
    match error:
        case DownloadFailedError():
            return str(error)
        case HTTPError(code=412):  # OpenML's answer to a number that it does not know
            return "the server has no such set"
        case HTTPError():
            return f"the server answered {error.code} ({error.reason})"
        case URLError(reason=BaseException() as cause):
            return reason(cause, patience=patience)
        case URLError():
            return str(error.reason)
        case socket.gaierror():
            return "the name of the server cannot be looked up, as without a network"
        case TimeoutError():
            return f"there was no answer within {patience:g} s"
        case ssl.SSLCertVerificationError():
            return "the certificate of the server is not accepted"
        case ConnectionError():
            return f"the connection failed ({(error.strerror or str(error)).lower()})"
        case OSError(errno=errno.ENOSPC | errno.EDQUOT):
            return "the disk is full"
        case OSError():
            return (error.strerror or str(error)).lower()
        case HTTPException():
            return f"the answer cannot be understood ({type(error).__name__})"
        case _:
            return " ".join(str(error).split()) or type(error).__name__
