"""Who is reading: where login is configured each reader has a folder of their own, without login it is one reader's machine."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from hub import permissions
from hub.errors import RadarError
from hub.i18n.messages import Said
from hub.permissions import LOCAL, Reader, Role, is_loopback
from hub.radar.store import RadarStore
from hub.ui import data
from hub.ui.i18n import _

PASSED_ON = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
"""Headers by which a proxy says that the browser sits elsewhere."""


def asking() -> Reader:
    """Return who is asking: for :func:`hub.permissions.ask`. What runs in the web process for no page is the owner's."""
    return permissions.OWNER if get_script_run_ctx(suppress_warning=True) is None else reader()


def reader() -> Reader:
    """Return the reader of this page: signed in, a visitor, or the owner of an app that only this machine reaches."""
    user = st.user.to_dict()
    if user.get("is_logged_in"):
        return Reader(Role.READER, identity(user))
    return permissions.VISITOR if login_configured() or serves_others() else permissions.OWNER


def login_configured() -> bool:
    """Return whether readers can sign in here."""
    return "is_logged_in" in st.user.to_dict()


def serves_others() -> bool:
    """Return whether this page may be another machine's: by the address that the app listens on, or by what the request says."""
    headers = st.context.headers
    if not is_loopback(st.get_option("server.address")) or any(headers.get(name) for name in PASSED_ON):
        return True
    host = headers.get("host")
    return host is not None and not is_loopback(host)


def notice() -> None:
    """Say in the sidebar that an app which serves others without a login can only be read; nothing anywhere else."""
    if signed_out() and not login_configured():
        text = _("Reading only: this app serves others and has no login. Sources, topics, radars and briefings are its owner's.")
        st.info(text, icon=":material/visibility:")


def signed_out() -> bool:
    """Return whether this is a visitor: nobody is signed in where login is configured, or where the app serves others."""
    return reader().role is Role.VISITOR


def reader_id() -> str:
    """Return the reader's id, ``local`` without login; asks to sign in, and stops the page, when nobody is signed in."""
    if signed_out() and not login_configured():
        st.info(_("Radars, notes and briefings need a login here: this app serves others."), icon=":material/lock:")
        st.stop()
    if signed_out():
        st.info(_("Sign in to see your own radars, notes and briefings."), icon=":material/lock:")
        st.button(_("Sign in"), key="reader.sign_in", icon=":material/login:", on_click=st.login, type="primary")
        st.stop()
    return identity(st.user.to_dict())


def radars() -> RadarStore | None:
    """Return this reader's radars, None for a visitor who is not signed in."""
    return None if signed_out() else RadarStore(data.home(), identity(st.user.to_dict()))


def account() -> None:
    """Draw the way out for a reader who is signed in; nothing where there is no login."""
    if st.user.to_dict().get("is_logged_in"):
        st.button(_("Sign out"), key="reader.sign_out", icon=":material/logout:", on_click=st.logout)


def identity(user: Mapping[str, Any]) -> str:
    """Return the folder name of an identity: a digest of issuer and subject, so that neither a name nor an address is stored.

    Parameters
    ----------
    user
        The identity token's claims, as ``st.user`` has them; without ``is_logged_in`` login is not configured.

    Raises
    ------
    RadarError
        When a signed-in identity names nobody: two such readers would share a folder.

    >>> identity({})
    'local'
    """
    if not user.get("is_logged_in"):
        return LOCAL
    subject = user.get("sub") or user.get("email")
    if not subject:
        raise RadarError(
            Said("The identity provider names neither a subject nor an e-mail address: check its scopes (openid, email).")
        )
    return blake2b(f"{user.get('iss', '')}|{subject}".encode(), digest_size=16).hexdigest()
