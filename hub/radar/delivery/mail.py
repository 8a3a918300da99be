"""A digest by mail, through the SMTP server of HUB_SMTP_URL."""

from __future__ import annotations

import re
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import unquote, urlsplit

from hub.errors import RadarError, SettingsError
from hub.i18n.failures import why_not_mailed
from hub.i18n.messages import Said
from hub.permissions import Action, require

TIMEOUT_S = 30.0
_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,63}"
)
"""One address, as browsers take it in forms (HTML Living Standard), with a dot in its host's name."""
NOT_SENT = "The mail to {to} was not sent: {host}: {why}. Check HUB_SMTP_URL."


def send(url: str, to: str, subject: str, markdown: str, html: str, *, sender: str = "") -> None:
    """Send a digest as text and HTML.

    Parameters
    ----------
    url
        ``smtp://user:password@host:port`` (encrypted by STARTTLS where the server offers it) or ``smtps://...``. A password
        is sent over an encrypted connection only, except to this machine.
    sender
        The address it comes from; the URL's user when that is an address.

    Raises
    ------
    NotAllowed
        When whoever asks may not have mail sent.
    SettingsError
        When no server is configured or its address cannot be used.
    RadarError
        When the server refuses the message or cannot be reached; the message never holds the password.
    """
    require(Action.MAIL)
    to, server = one(to), urlsplit(url)
    if server.scheme not in ("smtp", "smtps") or not server.hostname:
        raise SettingsError(Said("HUB_SMTP_URL is not an SMTP address: set it to smtp://user:password@host:port."))
    user, password = unquote(server.username or ""), unquote(server.password or "")
    sender = sender or (user if "@" in user else "")
    if not sender:
        raise SettingsError(Said("There is no address to send from: set HUB_CONTACT to one."))
    message = _message(sender, to, subject, markdown, html)
    try:
        with _connection(server.scheme, server.hostname, server.port) as smtp:
            if server.scheme == "smtp" and smtp.has_extn("starttls"):
                smtp.starttls(context=ssl.create_default_context())
                smtp.ehlo()
            elif password and server.scheme == "smtp" and server.hostname not in ("localhost", "127.0.0.1", "::1"):
                raise RadarError(
                    Said("{host} offers no encryption, so the password was not sent: use smtps://.", host=server.hostname)
                )
            if password:
                smtp.login(user, password)
            smtp.send_message(message)
    except (OSError, smtplib.SMTPException) as e:
        raise RadarError(Said(NOT_SENT, to=to, host=server.hostname, why=why_not_mailed(e))) from e


def one(address: str) -> str:
    """Return an address as it may stand in a mail's To line.

    Raises
    ------
    RadarError
        When it is none, or several.

    >>> one(" Ada@Example.org ")
    'Ada@Example.org'
    """
    address = address.strip()
    if len(address) > 254 or not _ADDRESS.fullmatch(address):
        raise RadarError(Said("{to!r} is not one mail address: give the radar one, such as ada@example.org.", to=address))
    return address


def _connection(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT_S, context=ssl.create_default_context())
    smtp = smtplib.SMTP(host, port or 587, timeout=TIMEOUT_S)
    smtp.ehlo()
    return smtp


def _message(sender: str, to: str, subject: str, markdown: str, html: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = sender, to
    message["Subject"] = " ".join(subject.split())
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain="academichub.invalid")
    message.set_content(markdown)
    message.add_alternative(html, subtype="html")
    return message
