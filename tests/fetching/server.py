"""A server on this machine that serves files as badly as a test wants."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

#: More requests than this are a loop, not a test.
MOST = 600


class Served:
    """What a server gives, and what it was asked for."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.answers: dict[str, list[Callable[[BaseHTTPRequestHandler], None]]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []

    def put(self, path: str, *answers: Callable[[BaseHTTPRequestHandler], None]) -> str:
        """Give the answers in turn, and the last from then on."""
        self.answers[path] = list(answers)
        return f"{self.address}{path}"

    def headers_of(self, path: str) -> list[dict[str, str]]:
        return [headers for asked, headers in self.asked if urlsplit(asked).path == path]

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.asked.append((handler.path, dict(handler.headers)))
        path = unquote(urlsplit(handler.path).path)
        ready = self.answers.get(path)
        if len(self.asked) > MOST or ready is None:
            handler.send_error(404)
            return
        (ready.pop(0) if len(ready) > 1 else ready[0])(handler)


@contextlib.contextmanager
def serving() -> Iterator[Served]:
    """Serve on a free port of 127.0.0.1 until the test is over."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 10

        def do_GET(self) -> None:
            self.close_connection = True
            with contextlib.suppress(ConnectionError, BrokenPipeError):
                served.answer(self)

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    served = Served(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def whole(
    content: bytes,
    *,
    etag: str = "",
    ranges: bool = True,
    heed_if_range: bool = True,
    cut: int | None = None,
    status: int = 200,
    headers: dict[str, str] | None = None,
    pause: float = 0,
) -> Callable[[BaseHTTPRequestHandler], None]:
    """Serve a file; `cut` ends the connection after so many bytes of what was asked for."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(pause)
        asked = handler.headers.get("Range") or ""
        same = not heed_if_range or (handler.headers.get("If-Range") or etag) == etag
        if ranges and asked.startswith("bytes=") and same and status == 200:
            start = int(asked.removeprefix("bytes=").partition("-")[0])
            if start >= len(content):
                handler.send_response(416)
                handler.send_header("Content-Range", f"bytes */{len(content)}")
                handler.send_header("Content-Length", "0")
                handler.end_headers()
                return
            handler.send_response(206)
            handler.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
            body = content[start:]
        else:
            handler.send_response(status)
            body = content
        if etag:
            handler.send_header("ETag", etag)
        for name, value in (headers or {}).items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body if cut is None else body[:cut])

    return answer


def refusal(status: int, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """Answer with an error."""
    return whole(b"no", status=status, headers={name.replace("_", "-"): value for name, value in headers.items()})


def asked_for(handler: BaseHTTPRequestHandler) -> dict[str, str]:
    """What stands behind the question mark."""
    return {name: values[-1] for name, values in parse_qs(urlsplit(handler.path).query).items()}
