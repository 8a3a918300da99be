"""Which addresses a feed that a person adds may lead to: public ones, over http or https."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import httpcore

from hub.errors import SourceError
from hub.i18n.messages import Said

NO_ADDRESS = "{address!r} is no web address: give one that starts with https:// or http://."
INSIDE = "{host} leads into a private network ({addresses}). If it is yours, set HUB_ALLOW_PRIVATE_URLS=1."


class PrivateAddress(SourceError):
    """An address leads into a private network."""


def completed(address: str) -> str:
    """Return a typed address with https:// where it was left out.

    >>> completed(" journal.example/rss "), completed("ftp://a.example")
    ('https://journal.example/rss', 'ftp://a.example')
    """
    address = address.strip()
    return address if not address or ":" in address.split("/")[0].partition(".")[0] else f"https://{address}"


def check_scheme(url: str) -> None:
    """Raise a SourceError unless ``url`` is an http(s) address with a host."""
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets or a port that cannot be
        is_web = False
    if not is_web:
        raise SourceError(Said(NO_ADDRESS, address=url), url=url)


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet.

    >>> is_public("127.0.0.1"), is_public("::ffff:10.0.0.1"), is_public("169.254.169.254"), is_public("8.8.8.8")
    (False, False, False, True)
    """
    ip = ipaddress.ip_address(address.split("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    return (mapped or ip).is_global and not ip.is_multicast


class PublicOnly(httpcore.NetworkBackend):
    """A network that connects to public addresses only.

    The name is resolved here and the connection goes to the address that was checked, so that neither a redirect nor a
    name that resolves to something else the second time leads inside.
    """

    def __init__(self) -> None:
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:  # fmt: skip
        """Connect to a host, when all its addresses are public."""
        try:
            found = {str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
        except OSError as e:
            raise httpcore.ConnectError(f"no such host: {host}") from e
        private = sorted(address for address in found if not is_public(address))
        if private or not found:
            raise PrivateAddress(Said(INSIDE, host=host, addresses=", ".join(private)))
        return self._inner.connect_tcp(sorted(found)[0], port, timeout, local_address, socket_options)

    def connect_unix_socket(self, path: str, *args: Any, **options: Any) -> httpcore.NetworkStream:
        """Refuse: a feed is not on a socket of this machine."""
        raise PrivateAddress(Said("A feed cannot be read from a socket of this machine."))

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self._inner.sleep(seconds)
