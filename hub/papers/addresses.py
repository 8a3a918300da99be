"""Web addresses that strangers wrote: whether one is any, and as it may stand in a page, a feed, a digest or a file."""

from __future__ import annotations

from urllib.parse import SplitResult, quote, urlsplit

SCHEMES = ("http", "https")


def parts_of(url: str) -> SplitResult | None:
    """Return the parts of an http(s) address with a host; None for anything else.

    >>> parts_of("https://example.org/a").hostname, parts_of("javascript:alert(1)"), parts_of("https://[::1"), parts_of("http://a:0")
    ('example.org', None, None, None)
    """
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets or a port that cannot be
        return None
    return parts if is_web else None


def web_address(url: str) -> str:
    """Return an address as it may be followed from a link, no sign of it Markdown's or HTML's; empty where it is none.

    One that names a user is none: it seems to lead elsewhere.

    >>> web_address(" https://example.org/a_(b)"), web_address("data:text/html,x"), web_address("https://nature.com@evil.example/")
    ('https://example.org/a_%28b%29', '', '')
    """
    url = url.strip()
    parts = parts_of(url)
    if parts is None or "@" in parts.netloc:
        return ""
    return quote(url, safe="/:?#@!$&*+,;=%~-._")
