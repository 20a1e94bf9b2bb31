"""A web server on this machine that serves well or badly, as a test wants."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from typing_extensions import override

Serve = Callable[[BaseHTTPRequestHandler], None]


class LocalServer:
    """Serves what is set in `routes`, by path, and lists the paths it was asked for."""

    def __init__(self) -> None:
        self.routes: dict[str, Serve] = {}
        self.asked: list[str] = []
        self.ended = threading.Event()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                owner.asked.append(self.path)
                serve = owner.routes.get(self.path, status(404))
                try:
                    serve(self)
                except OSError:  # whoever asked has hung up
                    self.close_connection = True

            @override
            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def hang(self, request: BaseHTTPRequestHandler) -> None:
        """Answer nothing until the server closes."""
        del request
        self.ended.wait()

    def drip(self, content: bytes, *, piece: int, pause: float) -> Serve:
        """Send content piece by piece with pauses."""

        def serve(request: BaseHTTPRequestHandler) -> None:
            _begin(request, len(content))
            for start in range(0, len(content), piece):
                request.wfile.write(content[start : start + piece])
                if self.ended.wait(pause):
                    return

        return serve

    def close(self) -> None:
        """Let go of whoever hangs, and wait for the end."""
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def serving() -> Iterator[LocalServer]:
    """Start a server and close it in the end."""
    server = LocalServer()
    try:
        yield server
    finally:
        server.close()


def content(data: bytes, *, length: int | None = None, encoding: str = "") -> Serve:
    """Send data; `length` is what the header claims it to be."""

    def serve(request: BaseHTTPRequestHandler) -> None:
        _begin(request, len(data) if length is None else length, encoding)
        request.wfile.write(data)

    return serve


def endless(request: BaseHTTPRequestHandler) -> None:
    """Send zeros for as long as they are taken."""
    request.send_response(200)
    request.end_headers()
    while True:
        request.wfile.write(bytes(2**16))


def status(code: int) -> Serve:
    """Refuse."""
    return lambda request: request.send_error(code)


def redirect(address: str) -> Serve:
    """Point elsewhere."""

    def serve(request: BaseHTTPRequestHandler) -> None:
        request.send_response(302)
        request.send_header("Location", address)
        request.end_headers()

    return serve


def _begin(request: BaseHTTPRequestHandler, length: int, encoding: str = "") -> None:
    request.send_response(200)
    request.send_header("Content-Length", str(length))
    if encoding:
        request.send_header("Content-Encoding", encoding)
    request.end_headers()
