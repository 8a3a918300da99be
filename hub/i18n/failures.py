"""What the errors of networks and parsers mean, in words that can be said in the reader's language."""

from __future__ import annotations

import errno
import json
import smtplib
import socket
import ssl
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ErrorString
from xml.sax import SAXParseException

from hub.i18n.messages import Said

CERTIFICATES = {
    9: "its certificate is not valid yet: check this machine's clock",
    10: "its certificate has expired",
    18: "its certificate cannot be trusted: it vouches for itself",
    19: "its certificate cannot be trusted: nobody known vouches for it",
    20: "its certificate cannot be trusted: nobody known vouches for it",
    62: "its certificate is for another name",
    64: "its certificate is for another address",
}
"""By OpenSSL's code. https://docs.openssl.org/3.0/man3/X509_STORE_CTX_get_error/"""
CONNECTIONS = {
    errno.ECONNREFUSED: "it takes no connections",
    errno.ENETUNREACH: "no way leads to it: check this machine's network",
    errno.EHOSTUNREACH: "no way leads to it: check this machine's network",
    errno.ECONNRESET: "it broke the connection off",
    errno.EPIPE: "it broke the connection off",
    errno.ETIMEDOUT: "it does not answer in time",
}


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error, what caused it, and so on; httpcore's pool cuts the cause off and leaves the context."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def why_not_reached(error: BaseException) -> Said:
    """Return why a server could not be reached: from the system's error, or the first one among what caused it."""
    for cause in causes(error):
        if isinstance(cause, ssl.SSLError):
            return _why_not_encrypted(cause)
        if isinstance(cause, socket.gaierror):
            return Said("no such host is known: check the address and this machine's network")
        if isinstance(cause, TimeoutError):
            return Said("it does not answer in time")
        if isinstance(cause, OSError) and cause.errno is not None:
            known = CONNECTIONS.get(cause.errno)
            code = errno.errorcode.get(cause.errno, cause.errno)
            return Said(known) if known else Said("it cannot be reached ({code})", code=code)
    return Said("it cannot be reached")


def _why_not_encrypted(error: ssl.SSLError) -> Said:
    if not isinstance(error, ssl.SSLCertVerificationError):
        return Said("no encrypted connection comes about ({code})", code=error.reason or type(error).__name__)
    known = CERTIFICATES.get(error.verify_code)
    return Said(known) if known else Said("its certificate cannot be trusted (OpenSSL {code})", code=error.verify_code)


def why_not_mailed(error: OSError | smtplib.SMTPException) -> Said:
    """Return why a server did not take a mail: with its own words where it gave some, else why it was not reached."""
    if isinstance(error, smtplib.SMTPRecipientsRefused) and error.recipients:
        code, words = next(iter(error.recipients.values()))
        return _refused(code, words)
    if isinstance(error, smtplib.SMTPResponseException):
        return _refused(error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return Said("it broke the connection off")
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Said("it takes no user name and password, or no such address ({code})", code=type(error).__name__)
    return why_not_reached(error)


def _refused(code: int, words: bytes | str) -> Said:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return Said("it answered “{words}” (SMTP {code})", words=" ".join(text.split()), code=code)


def why_not_parsed(error: Any) -> Said:
    """Return where a document is broken, and how where the parser's error tells."""
    if isinstance(error, ParseError):
        line, column = error.position
        return Said("line {line}, column {column}: {how}", line=line, column=column + 1, how=Said(ErrorString(error.code)))
    if isinstance(error, SAXParseException):
        return Said(error.getMessage())  # feedparser parses a changed copy, so its line is not the document's
    if isinstance(error, json.JSONDecodeError):
        return Said("line {line}, column {column}", line=error.lineno, column=error.colno)
    return Said("unknown: {kind}", kind=type(error).__name__)
