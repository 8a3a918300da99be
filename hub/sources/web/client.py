"""The one polite web client: it waits between requests, asks only for what is new, tries again, and gives up in time."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import TracebackType
from urllib.parse import urljoin, urlsplit

import diskcache
import httpcore
import httpx
import stamina

from hub.errors import SourceError
from hub.i18n.failures import causes, why_not_reached
from hub.i18n.messages import Said
from hub.settings import Settings
from hub.sources.web.public_only import NO_ADDRESS, PublicOnly, check_scheme

CONNECT_S, READ_S, TOTAL_S = 10.0, 30.0, 120.0
LONGEST_WAIT_S = 60.0
REDIRECTS = 5
ATTEMPTS = 3
MOST_BYTES = 100_000_000
MOST_BYTES_ADDED = 20_000_000
"""How large an answer may be: of a source of the catalogue, and of one that a person added."""
TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})
REASONS = {
    401: "it asks for a password",
    403: "it refuses this reader; the publisher may block programs",
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
    longest_wait_s: float = LONGEST_WAIT_S
    first_retry_s: float = 1.0


class _Transient(Exception):
    """A failure that may pass: worth another attempt, after ``wait_s`` when the server said so."""

    def __init__(self, why: Said, wait_s: float | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.wait_s = wait_s


class Client:
    """A web client for sources.

    Parameters
    ----------
    home
        The data folder; validators of conditional requests are kept in it.
    config
        Settings: the contact for the user agent, and whether added feeds may be private.
    added
        Whether a person added the address: then only public addresses are reached and answers are smaller.
    """

    def __init__(self, home: Path, config: Settings, *, added: bool = False, patience: Patience | None = None) -> None:
        self.contact = config.contact
        self.patience = patience or Patience()
        self._most_bytes = MOST_BYTES_ADDED if added else MOST_BYTES
        self._validators = diskcache.Cache(str(home / "http"), eviction_policy="none")
        self._last: dict[str, float] = {}
        contact = f"; mailto:{config.contact}" if config.contact else ""
        transport = _public_transport() if added and not config.allow_private_urls else None
        self._http = httpx.Client(
            transport=transport,
            follow_redirects=False,
            timeout=httpx.Timeout(self.patience.read_s, connect=self.patience.connect_s),
            headers={
                "User-Agent": f"AcademicHub/0.1 (research paper reader{contact})",
                "Accept": "application/rss+xml, application/atom+xml, application/rdf+xml, application/xml;q=0.9, */*;q=0.5",
            },
        )

    def __enter__(self) -> Client:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._http.close()
        self._validators.close()

    def get(self, url: str, *, interval_s: float = 0.0, conditional: bool = False) -> Fetched | None:
        """Return what is at ``url``; None when ``conditional`` and it is what was remembered.

        Raises
        ------
        SourceError
            With the address, the number of attempts and the reason in plain words.
        """
        check_scheme(url)
        attempt = 0
        try:
            for again in stamina.retry_context(
                on=_backoff, attempts=ATTEMPTS, timeout=None, wait_initial=self.patience.first_retry_s,
                wait_max=self.patience.longest_wait_s, wait_jitter=self.patience.first_retry_s / 2,
            ):  # fmt: skip
                with again:
                    attempt += 1
                    return self._once(url, interval_s, conditional)
        except _Transient as e:
            said = Said("{host}: {why} (tried {times} times).", host=urlsplit(url).hostname, why=e.why, times=attempt)
            raise SourceError(said, url=url, attempt=attempt) from e
        raise AssertionError("stamina ends by a return or an exception")

    def find(self, url: str, *, interval_s: float = 0.0) -> Fetched | None:
        """Return what is at ``url``, or None when nothing is there (404, 410)."""
        try:
            return self.get(url, interval_s=interval_s)
        except _Gone:
            return None

    def remember(self, fetched: Fetched) -> None:
        """Keep the validators of an answer: only once what it brought is safe, so that nothing is skipped after a crash."""
        if fetched.etag or fetched.last_modified:
            self._validators[fetched.asked] = (fetched.etag, fetched.last_modified)

    def _once(self, url: str, interval_s: float, conditional: bool) -> Fetched | None:
        headers = self._conditions(url) if conditional else {}
        at, permanent, until = url, True, time.monotonic() + self.patience.total_s
        for _ in range(REDIRECTS + 1):
            self._wait(at, interval_s)
            with _plain_words(at), self._http.stream("GET", at, headers=headers) as response:
                if response.is_redirect and "location" in response.headers:
                    permanent = permanent and response.status_code in (301, 308)
                    at = _redirected(at, response.headers["location"])
                    continue
                if response.status_code == 304:
                    return None
                _check(response, at, self.patience.longest_wait_s)
                data = self._body(response, until)
                etag, modified = (response.headers.get(name, "") for name in ("etag", "last-modified"))
                return Fetched(data, at, etag, modified, moved=permanent and at != url, asked=url)
        said = Said("{host} redirects in circles (more than {times} times).", host=urlsplit(url).hostname, times=REDIRECTS)
        raise SourceError(said, url=url, attempt=1)

    def _conditions(self, url: str) -> dict[str, str]:
        etag, modified = self._validators.get(url, ("", ""))
        return {name: value for name, value in (("If-None-Match", etag), ("If-Modified-Since", modified)) if value}

    def _wait(self, url: str, interval_s: float) -> None:
        host = urlsplit(url).netloc
        rest = self._last.get(host, float("-inf")) + interval_s - time.monotonic()
        if rest > 0:
            time.sleep(rest)
        self._last[host] = time.monotonic()

    def _body(self, response: httpx.Response, until: float) -> bytes:
        received = bytearray()
        for part in response.iter_bytes():
            received += part
            if len(received) > self._most_bytes:
                most = self._most_bytes // 1_000_000
                raise SourceError(
                    Said("{host} sends more than {most} MB.", host=response.url.host, most=most), url=str(response.url)
                )
            if time.monotonic() > until:
                raise _Transient(Said("it sends so slowly that it was not done after {s:.0f} s", s=self.patience.total_s))
        return bytes(received)


def _redirected(at: str, to: str) -> str:
    try:
        address = urljoin(at, to)
        check_scheme(address)
        return address
    except (ValueError, SourceError) as e:
        said = Said("{host} redirects to {address!r}, which is no web address.", host=urlsplit(at).hostname, address=to)
        raise SourceError(said, url=at, attempt=1) from e


class _Gone(SourceError):
    """Nothing is at the address."""


def _check(response: httpx.Response, url: str, longest_wait_s: float) -> None:
    code = response.status_code
    if code == 200:
        return
    why = Said("{reason} (HTTP {code})", reason=Said(REASONS.get(code, OTHERWISE)), code=code)
    if code in TRANSIENT:
        wait_s = _retry_after(response.headers.get("retry-after", ""))
        if wait_s is not None and wait_s > longest_wait_s:
            raise SourceError(Said(WAIT, host=response.url.host, why=why, wait_s=wait_s), url=url)
        raise _Transient(why, wait_s)
    kind = _Gone if code in (404, 410) else SourceError
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
def _plain_words(url: str) -> Iterator[None]:
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
        raise _Transient(Said("it does not answer in time")) from e
    except httpx.TransportError as e:
        raise _Transient(Said("the connection broke off ({kind})", kind=type(e).__name__)) from e
    except httpx.DecodingError as e:
        raise SourceError(Said("{host}: its compressed answer cannot be unpacked.", host=host), url=url, attempt=1) from e
    except httpx.InvalidURL as e:
        raise SourceError(Said(NO_ADDRESS, address=url), url=url) from e


def _public_transport() -> httpx.HTTPTransport:
    transport = httpx.HTTPTransport(trust_env=False)
    transport._pool = httpcore.ConnectionPool(ssl_context=ssl.create_default_context(), network_backend=PublicOnly())
    return transport
