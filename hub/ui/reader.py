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
from hub.settings import settings
from hub.ui import data
from hub.ui.end import end
from hub.ui.i18n import _, said
from hub.ui.safe import safe

DAMAGED = "reader.damaged"
PASSED_ON = (
    "forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-port", "x-forwarded-server",
    "x-real-ip", "x-client-ip", "x-cluster-client-ip", "x-original-host", "true-client-ip", "cf-connecting-ip",
    "fly-client-ip", "x-envoy-external-address",
)  # fmt: skip
"""Headers by which a proxy says that the browser sits elsewhere."""


def asking() -> Reader:
    """Return who is asking: for :func:`hub.permissions.ask`. What runs for no page may nothing, unless it says for whom."""
    return permissions.VISITOR if get_script_run_ctx(suppress_warning=True) is None else reader()


def reader() -> Reader:
    """Return the reader of this page: signed in, a visitor, or the owner of an app that only this machine reaches."""
    user = st.user.to_dict()
    if user.get("is_logged_in"):
        return Reader(role_of(user), identity(user))
    return permissions.VISITOR if login_configured() or serves_others() else permissions.OWNER


def role_of(user: Mapping[str, Any]) -> Role:
    """Return the role of somebody signed in: as HUB_ADMINS and HUB_CURATORS name their id, or an address that is theirs.

    An address counts only where the identity provider says that it was verified: else anybody could claim an admin's.
    """
    names = {identity(user)}
    if user.get("email_verified") is True and user.get("email"):
        names.add(str(user["email"]).casefold())
    config = settings()
    for role, given in ((Role.ADMIN, config.admins), (Role.CURATOR, config.curators)):
        if names & set(given.casefold().replace(",", " ").split()):
            return role
    return Role.READER


def login_configured() -> bool:
    """Return whether readers can sign in here."""
    return "is_logged_in" in st.user.to_dict()


def served_at() -> str:
    """Return where this hub is reached, as the login's configuration has it: what a browser says of it is anybody's word."""
    return str(st.secrets["auth"]["redirect_uri"]).rpartition("/oauth2callback")[0] if login_configured() else ""


def serves_others() -> bool:
    """Return whether this page may be another machine's: by the address that the app listens on, or by what the request says."""
    headers = st.context.headers
    if not is_loopback(st.get_option("server.address")) or any(headers.get(name) for name in PASSED_ON):
        return True
    host, origin = headers.get("host"), headers.get("origin")  # a proxy may write the first anew; browsers write the second
    return any(name is not None and not is_loopback(name) for name in (host, origin and origin.partition("://")[2]))


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
        end()
    if signed_out():
        st.info(_("Sign in to see your own radars, notes and briefings."), icon=":material/lock:")
        st.button(_("Sign in"), key="reader.sign_in", icon=":material/login:", on_click=st.login, type="primary")
        end()
    return identity(st.user.to_dict())


def radars() -> RadarStore | None:
    """Return this reader's radars, None for a visitor who is not signed in, and where they cannot be read."""
    return None if signed_out() or st.session_state.get(DAMAGED) else RadarStore(data.home(), identity(st.user.to_dict()))


def look_at_radars() -> None:
    """Find out, once a run, whether this reader's radars can be read: pages do without them until they can."""
    st.session_state.pop(DAMAGED, None)
    store = radars()
    if store is not None and (error := store.fault()) is not None:
        st.session_state[DAMAGED] = error


def damaged_radars() -> None:
    """Say that this reader's radars cannot be read; nothing where they can."""
    if error := st.session_state.get(DAMAGED):
        st.warning(_("Pages do without your radars: {error}", error=safe(said(error))), icon=":material/radar:")


def account() -> None:
    """Draw the way out for a reader who is signed in, and the id by which a role is given; nothing where there is no login."""
    if st.user.to_dict().get("is_logged_in"):
        with st.popover(_("Your id"), icon=":material/badge:"):
            st.caption(_("Whoever runs this hub gives roles by it."))
            st.code(reader().id, language=None)
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
