"""Which addresses the hub may connect to: public ones, over http or https, within the time that is left."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import httpcore

from hub.errors import SourceError
from hub.i18n.messages import Said
from hub.papers.addresses import parts_of

NO_ADDRESS = "{address!r} is no web address: give one that starts with https:// or http://."
INSIDE = "{host} leads into a private network ({addresses}). If it is yours, set HUB_ALLOW_PRIVATE_URLS=1."
Door = tuple[str, int]
"""A host as it is written in an address, and a port."""
_ORDINARY = ipaddress.ip_network("2000::/3")
"""All that is given out of IPv6 lies here; site-local, IPv4-compatible and NAT64's addresses do not. RFC 4291, 2.5.4"""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""The last four bytes are the IPv4 address that is reached. RFC 6052"""
_INSIDE_4 = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "168.63.129.16/32", "192.88.99.0/24")))
"""Addresses that Python calls global and that lead to a cloud's own machinery or to a relay. RFC 6890, RFC 7526"""
_until: ContextVar[float] = ContextVar("until", default=float("inf"))


class PrivateAddress(SourceError):
    """An address leads into a private network."""


class OutOfTime(httpcore.ReadTimeout):
    """The whole request has taken as long as it may."""


def completed(address: str) -> str:
    """Return a typed address with https:// where it was left out.

    >>> completed(" journal.example/rss "), completed("ftp://a.example")
    ('https://journal.example/rss', 'ftp://a.example')
    """
    address = address.strip()
    return address if not address or ":" in address.split("/")[0].partition(".")[0] else f"https://{address}"


def check_scheme(url: str) -> None:
    """Raise a SourceError unless ``url`` is an http(s) address with a host."""
    if parts_of(url) is None:
        raise SourceError(Said(NO_ADDRESS, address=url), url=url)


def door_of(url: str) -> Door | None:
    """Return the host and port that an address leads to; None when it is no web address."""
    parts = parts_of(url)
    return None if parts is None else (str(parts.hostname), parts.port or (80 if parts.scheme == "http" else 443))


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, also when it wraps another (mapped, 6to4, NAT64).

    >>> is_public("127.0.0.1"), is_public("::ffff:10.0.0.1"), is_public("169.254.169.254"), is_public("8.8.8.8")
    (False, False, False, True)
    >>> is_public("64:ff9b::7f00:1"), is_public("fec0::1"), is_public("::127.0.0.1"), is_public("2606:4700::1111")
    (False, False, False, True)
    """
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        wrapped = ip.ipv4_mapped or ip.sixtofour or (ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None)
        if wrapped is None:
            return ip in _ORDINARY and ip.is_global and ip.teredo is None
        ip = wrapped
    return ip.is_global and not ip.is_multicast and not any(ip in inside for inside in _INSIDE_4)


def resolve(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host, in the order in which the system would try them."""
    return list(dict.fromkeys(str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


@contextmanager
def deadline(until: float) -> Iterator[None]:
    """Let every connection that is used in the body end by ``until`` (of :func:`time.monotonic`), however slowly it drips."""
    token = _until.set(until)
    try:
        yield
    finally:
        _until.reset(token)


class PublicOnly(httpcore.NetworkBackend):
    """The one guard: a network that connects to public addresses only, and to nothing for longer than the deadline.

    The name is resolved here and the connection goes to an address that was checked, and is checked again once it stands, so
    that neither a redirect nor a name that resolves to something else the second time leads inside.

    Parameters
    ----------
    doors
        Private hosts and ports that the owner of this machine named: those of a catalogue of one's own.
    private
        Whether all private addresses may be reached (HUB_ALLOW_PRIVATE_URLS).
    """

    def __init__(self, doors: Collection[Door] = (), *, private: bool = False) -> None:
        self._inner = httpcore.SyncBackend()
        self._doors = frozenset(doors)
        self._private = private

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:  # fmt: skip
        """Connect to a host, when all its addresses are public."""
        try:
            found = resolve(host, port)
        except (OSError, UnicodeError) as e:
            raise httpcore.ConnectError(f"no such host: {host}") from e
        is_open = self._private or (host, port) in self._doors
        private = [address for address in found if not is_open and not is_public(address)]
        if private or not found:
            raise PrivateAddress(Said(INSIDE, host=host, addresses=", ".join(private)))
        for address in found[:-1]:
            try:
                return self._connected(host, address, port, is_open, _left(timeout), local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue  # a host with several addresses may be deaf on one of them
        return self._connected(host, found[-1], port, is_open, _left(timeout), local_address, socket_options)

    def _connected(self, host: str, address: str, port: int, is_open: bool, *options: Any) -> httpcore.NetworkStream:
        stream = self._inner.connect_tcp(address, port, *options)
        reached = str(stream.get_extra_info("server_addr")[0])
        if not is_open and not is_public(reached):
            stream.close()
            raise PrivateAddress(Said(INSIDE, host=host, addresses=reached))
        return _Timed(stream)

    def connect_unix_socket(self, path: str, *args: Any, **options: Any) -> httpcore.NetworkStream:
        """Refuse: a feed is not on a socket of this machine."""
        raise PrivateAddress(Said("A feed cannot be read from a socket of this machine."))

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self._inner.sleep(seconds)


class _Timed(httpcore.NetworkStream):
    """A connection on which no wait goes beyond the deadline of the request that uses it."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = _left(timeout)
        # a handshake is many small reads inside OpenSSL, each with a timeout of its own: a watch ends all of them
        watch = threading.Timer(min(3600.0, _until.get() - time.monotonic()), self._cut)
        watch.daemon = True
        watch.start()
        try:
            return _Timed(self._inner.start_tls(ssl_context, server_hostname, left))
        finally:
            watch.cancel()

    def _cut(self) -> None:
        try:
            self._inner.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it was closed already

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _left(timeout: float | None) -> float | None:
    left = _until.get() - time.monotonic()
    if left <= 0:
        raise OutOfTime("the whole request has taken as long as it may")
    return timeout if left == float("inf") else left if timeout is None else min(timeout, left)


def opens(door: Door, timeout_s: float, *, doors: Collection[Door] = (), private: bool = False) -> bool:
    """Whether a door takes a connection within ``timeout_s`` seconds; one into a private network is not knocked at."""
    try:
        with deadline(time.monotonic() + timeout_s):
            PublicOnly(doors, private=private).connect_tcp(*door, timeout=timeout_s).close()
    except (PrivateAddress, httpcore.NetworkError, httpcore.TimeoutException):
        return False
    return True
