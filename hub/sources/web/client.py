"""The one polite web client: it waits between requests, asks only for what is new, tries again, and gives up in time."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx
import stamina

from hub import __version__, plain_disk
from hub.errors import SourceError
from hub.i18n.failures import causes, why_not_reached
from hub.i18n.messages import Said
from hub.settings import Settings
from hub.sources.web.public_only import INSIDE, NO_ADDRESS, Door, PrivateAddress, PublicOnly, check_scheme, deadline, is_public
from hub.sources.web.unpacking import Unpacker

CONNECT_S, READ_S, TOTAL_S = 10.0, 30.0, 120.0
SLOW_READ_S, SLOW_TOTAL_S = 180.0, 600.0
"""Of archives whose first byte may take minutes: arXiv's OAI-PMH needs up to 90 s for it."""
LONGEST_WAIT_S = 300.0
REDIRECTS = 5
ATTEMPTS = 3
MOST_BYTES = 100_000_000
MOST_BYTES_ADDED = 20_000_000
"""How large an answer may be: of a source of the catalogue, and of one that a person added."""
TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})
REFUSES = "it refuses this reader; the publisher may block programs"
REASONS = {
    401: "it asks for a password",
    403: REFUSES,
    418: REFUSES,
    404: "nothing is at this address any more; the feed may have moved",
    410: "the feed was taken down for good",
    429: "it asks for fewer requests",
    500: "its server failed",
    502: "its server failed",
    503: "it is down for the moment",
    504: "its server took too long",
}
"""Why an answer is none, by its HTTP status; every one is said in the reader's language."""
WAIT = "{host}: {why}; it asks to wait {wait_s:.0f} s. The next refresh tries again."
OTHERWISE = "it gave an unexpected answer"


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came from an address. ``url`` is where it was in the end; ``moved`` says that it moved there for good."""

    data: bytes
    url: str
    etag: str = ""
    last_modified: str = ""
    moved: bool = False
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds: tests are less patient than the world needs us to be."""

    connect_s: float = CONNECT_S
    read_s: float = READ_S
    total_s: float = TOTAL_S
    slow_read_s: float = SLOW_READ_S
    slow_total_s: float = SLOW_TOTAL_S
    longest_wait_s: float = LONGEST_WAIT_S
    first_retry_s: float = 1.0


class _Transient(Exception):
    """A failure that may pass: worth another attempt, after ``wait_s`` when the server said so."""

    def __init__(self, why: Said, wait_s: float | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.wait_s = wait_s


class Client:
    """A web client for sources. Threads may share it: the pause between two requests is kept for each host.

    Parameters
    ----------
    home
        The data folder; validators of conditional requests, and how long servers asked to be left alone, are kept in it.
    config
        Settings: the contact for the user agent, and whether private addresses may be reached.
    added
        Whether a person added the address: then answers are smaller and no proxy of this machine is used.
    doors
        Private hosts and ports that may be reached all the same (see :class:`hub.sources.web.public_only.PublicOnly`).
    """

    def __init__(
        self, home: Path, config: Settings, *, added: bool = False, doors: Collection[Door] = (), patience: Patience | None = None
    ) -> None:
        self.contact = config.contact
        self.patience = patience or Patience()
        self.asked = 0
        """How many requests were made."""
        self._keys = {
            "openalex": config.openalex_key, "semanticscholar": config.semanticscholar_key, "ncbi": config.ncbi_key,
        }  # fmt: skip
        self._most_bytes = MOST_BYTES_ADDED if added else MOST_BYTES
        self._kept = plain_disk.table(home / "http", eviction_policy="none")
        self._next: dict[str, float] = {}
        self._lock = threading.Lock()
        contact = f"; mailto:{config.contact}" if config.contact else ""
        self._http = httpx.Client(
            transport=_Guarded(PublicOnly(doors, private=config.allow_private_urls), proxies={} if added else getproxies()),
            follow_redirects=False,
            headers={
                "User-Agent": f"AcademicHub/{__version__} (research paper reader{contact})",
                "Accept": "application/rss+xml, application/atom+xml, application/rdf+xml, application/xml;q=0.9, */*;q=0.5",
                "Accept-Encoding": "gzip",
            },
        )

    def key(self, service: str) -> str:
        """Return the key that the owner of this machine has for a service; empty when none."""
        return self._keys[service].get_secret_value()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._http.close()
        self._kept.close()

    def get(
        self, url: str, *, interval_s: float = 0.0, conditional: bool = False, slow: bool = False,
        headers: Mapping[str, str] | None = None, json: Any = None,
    ) -> Fetched | None:  # fmt: skip
        """Return what is at ``url``; None when ``conditional`` and it is what was remembered.

        With ``json`` it is posted there. ``slow`` waits minutes for the first byte. ``headers`` (a key, say) go to this host
        only.

        Raises
        ------
        SourceError
            With the address, the number of attempts and the reason in plain words.
        """
        check_scheme(url)
        self._check_left_alone(url)
        attempt = 0
        request = _Ask(url, interval_s, slow, {**(headers or {}), **(self._conditions(url) if conditional else {})}, json)
        try:
            for again in stamina.retry_context(
                on=_backoff, attempts=ATTEMPTS, timeout=None, wait_initial=self.patience.first_retry_s,
                wait_max=self.patience.longest_wait_s, wait_jitter=self.patience.first_retry_s / 2,
            ):  # fmt: skip
                with again:
                    attempt += 1
                    return self._once(request)
        except _Transient as e:
            if e.wait_s:
                self._leave_alone(url, e.wait_s)
            said = Said("{host}: {why} (tried {times} times).", host=urlsplit(url).hostname, why=e.why, times=attempt)
            raise SourceError(said, url=url, attempt=attempt) from e
        except LeaveAlone as e:
            self._leave_alone(url, e.wait_s)
            raise
        raise AssertionError("stamina ends by a return or an exception")

    def find(self, url: str, *, interval_s: float = 0.0) -> Fetched | None:
        """Return what is at ``url``, or None when nothing is there (404, 410)."""
        try:
            return self.get(url, interval_s=interval_s)
        except Gone:
            return None

    def remember(self, fetched: Fetched) -> None:
        """Keep the validators of an answer: only once what it brought is safe, so that nothing is skipped after a crash."""
        if fetched.etag or fetched.last_modified:
            self._kept[fetched.asked] = (fetched.etag, fetched.last_modified)

    def _once(self, ask: _Ask) -> Fetched | None:
        patience = self.patience
        total_s, read_s = (patience.slow_total_s, patience.slow_read_s) if ask.slow else (patience.total_s, patience.read_s)
        at, permanent, until = ask.url, True, time.monotonic() + total_s
        timeout = httpx.Timeout(read_s, connect=patience.connect_s)
        for _ in range(REDIRECTS + 1):
            until += self._wait(at, ask.interval_s)
            headers = ask.headers if urlsplit(at).netloc == urlsplit(ask.url).netloc else {}
            how: dict[str, Any] = {"json": ask.json} if ask.json is not None else {}
            self.asked += 1
            with (
                deadline(until),
                _plain_words(at, until, total_s),
                self._http.stream("GET" if ask.json is None else "POST", at, headers=headers, timeout=timeout, **how) as response,
            ):
                if response.is_redirect and "location" in response.headers:
                    permanent = permanent and response.status_code in (301, 308)
                    at = _redirected(at, response.headers["location"])
                    continue
                if response.status_code == 304:
                    return None
                _check(response, at, patience.longest_wait_s)
                data = self._body(response)
                etag, modified = (response.headers.get(name, "") for name in ("etag", "last-modified"))
                return Fetched(data, at, etag, modified, moved=permanent and at != ask.url, asked=ask.url)
        said = Said("{host} redirects in circles (more than {times} times).", host=urlsplit(ask.url).hostname, times=REDIRECTS)
        raise SourceError(said, url=ask.url, attempt=1)

    def _conditions(self, url: str) -> dict[str, str]:
        etag, modified = self._kept.get(url, ("", ""))
        return {name: value for name, value in (("If-None-Match", etag), ("If-Modified-Since", modified)) if value}

    def _wait(self, url: str, interval_s: float) -> float:
        """Wait until this host may be asked again; return for how many seconds."""
        host = urlsplit(url).netloc
        with self._lock:
            now = time.monotonic()
            at = max(now, self._next.get(host, now))
            self._next[host] = at + interval_s
        if at > now:
            time.sleep(at - now)
        return at - now

    def _leave_alone(self, url: str, wait_s: float) -> None:
        self._kept.set(("wait", url.split("?")[0]), time.time() + wait_s, expire=wait_s)

    def _check_left_alone(self, url: str) -> None:
        """Wait as long as this address asked for last time, also when that was another run; raise when that is too long."""
        wait_s = float(self._kept.get(("wait", url.split("?")[0]), 0.0)) - time.time()
        if wait_s <= 0:
            return
        if wait_s > self.patience.longest_wait_s:
            why = Said("{reason} (HTTP {code})", reason=Said(REASONS[429]), code=429)
            raise SourceError(Said(WAIT, host=urlsplit(url).hostname, why=why, wait_s=wait_s), url=url)
        time.sleep(wait_s)

    def _body(self, response: httpx.Response) -> bytes:
        host, most = response.url.host, self._most_bytes
        unpack = Unpacker(response.headers.get("content-encoding", ""), host)
        received = bytearray()
        for part in response.iter_raw():
            for piece in unpack(part):
                received += piece
                if len(received) > most:
                    said = Said("{host} sends more than {most} MB.", host=host, most=most // 1_000_000)
                    raise SourceError(said, url=str(response.url))
        unpack.finish()
        return bytes(received)


@dataclass(frozen=True, slots=True)
class _Ask:
    url: str
    interval_s: float
    slow: bool
    headers: Mapping[str, str]
    json: Any


class _Guarded(httpx.BaseTransport):
    """Requests through the guard; through a proxy where the owner of this machine named one for that address."""

    def __init__(self, guard: PublicOnly, *, proxies: Mapping[str, str]) -> None:
        context = ssl.create_default_context()
        self._direct = httpx.HTTPTransport(trust_env=False)
        self._direct._pool = httpcore.ConnectionPool(ssl_context=context, network_backend=guard)
        self._proxied = {
            scheme: httpx.HTTPTransport(verify=context, proxy=address if "://" in address else f"http://{address}")
            for scheme, address in proxies.items()
            if scheme in ("http", "https")
        }

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        proxied = self._proxied.get(url.scheme)
        if proxied is None or proxy_bypass(url.host):
            return self._direct.handle_request(request)
        if _is_private_number(url.host):  # a name is resolved by the proxy, which is the owner's to guard
            raise httpx.ConnectError("private") from PrivateAddress(Said(INSIDE, host=url.host, addresses=url.host))
        return proxied.handle_request(request)

    def close(self) -> None:
        for transport in (self._direct, *self._proxied.values()):
            transport.close()


def _is_private_number(host: str) -> bool:
    try:
        return not is_public(host)
    except ValueError:
        return False


def _redirected(at: str, to: str) -> str:
    try:
        address = urljoin(at, to)
        check_scheme(address)
        return address
    except (ValueError, SourceError) as e:
        said = Said("{host} redirects to {address!r}, which is no web address.", host=urlsplit(at).hostname, address=to)
        raise SourceError(said, url=at, attempt=1) from e


class Gone(SourceError):
    """Nothing is at the address."""


class Refused(SourceError):
    """The server does not want this reader: what it has may be found elsewhere."""


class LeaveAlone(SourceError):
    """The server asks to be left alone for ``wait_s`` seconds, longer than this run waits."""

    wait_s = 0.0


def _check(response: httpx.Response, url: str, longest_wait_s: float) -> None:
    code = response.status_code
    if code == 200:
        return
    why = Said("{reason} (HTTP {code})", reason=Said(REASONS.get(code, OTHERWISE)), code=code)
    if code in TRANSIENT:
        wait_s = _retry_after(response.headers.get("retry-after", ""))
        if wait_s is not None and wait_s > longest_wait_s:
            alone = LeaveAlone(Said(WAIT, host=response.url.host, why=why, wait_s=wait_s), url=url)
            alone.wait_s = wait_s
            raise alone
        raise _Transient(why, wait_s)
    kind = Gone if code in (404, 410) else Refused if code in (401, 403, 406, 418, 451) else SourceError
    raise kind(Said("{host}: {why}.", host=response.url.host, why=why), url=url, attempt=1)


def _retry_after(value: str) -> float | None:
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass  # then it is a date, or nothing to go by
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None


def _backoff(error: Exception) -> bool | float:
    if not isinstance(error, _Transient):
        return False
    return True if error.wait_s is None else error.wait_s


@contextmanager
def _plain_words(url: str, until: float, total_s: float) -> Iterator[None]:
    host = urlsplit(url).hostname
    try:
        yield
    except httpx.ConnectError as e:
        if isinstance(e.__cause__, SourceError):
            raise e.__cause__ from e
        if any(isinstance(cause, ssl.SSLError) for cause in causes(e)):
            said = Said("{host}: {why}. It is not read until that is mended.", host=host, why=why_not_reached(e))
            raise SourceError(said, url=url, attempt=1) from e
        raise _Transient(why_not_reached(e)) from e
    except httpx.TimeoutException as e:
        if time.monotonic() >= until:  # a server that drips drips the next time too
            said = Said("{host} sends so slowly that it was not done after {s:.0f} s.", host=host, s=total_s)
            raise SourceError(said, url=url, attempt=1) from e
        raise _Transient(Said("it does not answer in time")) from e
    except httpx.TransportError as e:
        raise _Transient(Said("the connection broke off ({kind})", kind=type(e).__name__)) from e
    except httpx.InvalidURL as e:
        raise SourceError(Said(NO_ADDRESS, address=url), url=url) from e
