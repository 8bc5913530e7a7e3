"""Asking a server: only http and https, with time limits, and again where that can help."""

from __future__ import annotations

import http
import http.client
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from placemix._version import __version__
from placemix.errors import DownloadFailed, NoConnection
from placemix.fetching.schema import is_address

Answer = TypeVar("Answer")

#: Answers after which asking again can help.
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
#: Bytes read at a time.
CHUNK = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a server is waited for, and how often it is asked.

    Attributes
    ----------
    attempts
        How often, at most.
    timeout
        Seconds without any byte after which an attempt has failed.
    longest
        Seconds between two attempts, at most, whatever the server asks for.
    sleep
        Waits a number of seconds.
    """

    attempts: int = 4
    timeout: float = 30.0
    longest: float = 60.0
    sleep: Callable[[float], None] = time.sleep


class Passing(Exception):
    """An attempt failed in a way that another may not."""

    def __init__(self, reason: str, *, wait: float | None = None, answered: bool = True, too_far: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait = wait
        self.answered = answered
        #: Whether more was asked for than the server has.
        self.too_far = too_far


class _SameKind(urllib.request.HTTPRedirectHandler):
    """Follows a server elsewhere, but never to another kind of address, nor from https to http."""

    def redirect_request(self, req: Any, fp: Any, code: Any, msg: Any, headers: Any, newurl: str) -> Any:  # noqa: ANN401
        if not is_address(newurl) or (req.full_url.startswith("https:") and not newurl.startswith("https:")):
            message = f"{req.full_url} sends on to {newurl}, which is not fetched."
            raise DownloadFailed(message, remedy="Fetch the file by hand from the publisher's page.")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def insist(action: Callable[[], Answer], address: str, patience: Patience) -> Answer:
    """Do something until it succeeds, fails for good, or has been tried often enough.

    Waits 1, 2, 4 … seconds between attempts, or as long as the server asks.

    Raises
    ------
    NoConnection
        No attempt got any answer.
    DownloadFailed
        It failed for good, or too often.
    """
    answered = False
    last = ""
    for number in range(patience.attempts):
        try:
            return action()
        except Passing as fault:
            answered |= fault.answered
            last = fault.reason
            if number + 1 < patience.attempts:
                wait = 2.0**number if fault.wait is None else fault.wait
                patience.sleep(min(wait, patience.longest))
    message = f"{address} was asked {patience.attempts} times: {last}"
    remedy = "Try again later, or fetch the file by hand from the publisher's page."
    raise DownloadFailed(message, remedy=remedy) if answered else NoConnection(message, remedy=remedy)


@contextmanager
def answer(address: str, patience: Patience, headers: Mapping[str, str] | None = None) -> Iterator[Any]:
    """Give a server's answer to one request.

    Raises
    ------
    DownloadFailed
        The address is of another kind, or the server refuses for good.
    Passing
        Another attempt may succeed.
    """
    if not is_address(address):
        message = f"{address!r} is no http or https address."
        raise DownloadFailed(message)
    # Identity, so that the stated length is that of the file.
    fields = {"User-Agent": f"placemix/{__version__}", "Accept-Encoding": "identity", **(headers or {})}
    request = urllib.request.Request(address, headers=fields)  # noqa: S310 (checked above)
    with passing(address), _opener(address).open(request, timeout=patience.timeout) as reply:
        yield reply


@contextmanager
def passing(address: str) -> Iterator[None]:
    """Turn what goes wrong on the way into errors that say whether to try again."""
    try:
        yield
    except urllib.error.HTTPError as error:
        with error:
            reason = f"the server answered {error.code} ({error.reason})."
            if error.code in PASSING:
                raise Passing(reason, wait=_wait(error.headers.get("Retry-After"))) from error
            if error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                raise Passing(reason, too_far=True) from error
        message = f"{address}: {reason}"
        remedy = "The address has moved or is closed. Fetch the file by hand from the publisher's page."
        raise DownloadFailed(message, remedy=remedy) from error
    except urllib.error.URLError as error:
        if isinstance(error.reason, DownloadFailed):
            raise error.reason from error
        raise Passing(f"no connection ({error.reason}).", answered=False) from error
    except TimeoutError as error:
        raise Passing("the server took too long.") from error
    except http.client.IncompleteRead as error:
        raise Passing("the connection was cut.") from error
    except UnicodeError as error:
        message = f"{address!r} is no address that can be asked: {error}."
        raise DownloadFailed(message, remedy="Letters beyond ASCII are written with % signs.") from error
    except (http.client.HTTPException, ConnectionError, socket.gaierror, ssl.SSLError) as error:
        raise Passing(f"the connection failed ({error or type(error).__name__}).") from error


def fetched(address: str, patience: Patience, *, limit: int) -> bytes:
    """Fetch a small answer whole, such as one page of many.

    Raises
    ------
    DownloadFailed
        It could not be fetched, or is larger than the limit.
    """

    def once() -> bytes:
        with answer(address, patience) as reply:
            stated = reply.headers.get("Content-Length")
            content = bytes(reply.read(limit + 1))
        if len(content) > limit:
            message = f"{address} gives more than {limit:,} bytes."
            raise DownloadFailed(message, remedy="It is not what the recipe describes.")
        if stated is not None and stated.isdecimal() and len(content) < int(stated):
            raise Passing("the connection was cut.")
        return content

    return insist(once, address, patience)


def _opener(address: str) -> urllib.request.OpenerDirector:
    handlers: list[urllib.request.BaseHandler] = [_SameKind()]
    if urlsplit(address).hostname in {"localhost", "127.0.0.1", "::1"}:
        handlers.append(urllib.request.ProxyHandler({}))
    return urllib.request.build_opener(*handlers)


def _wait(stated: str | None) -> float | None:
    """Read a Retry-After: seconds, or a date."""
    if stated is None:
        return None
    if stated.strip().isdecimal():
        return float(stated)
    try:
        return max((parsedate_to_datetime(stated) - datetime.now(tz=UTC)).total_seconds(), 0.0)
    except (TypeError, ValueError):
        return None
