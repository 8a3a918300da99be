"""Who is reading: where login is configured each reader has a folder of their own, without login it is one reader's machine."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import streamlit as st

from hub.errors import RadarError
from hub.i18n.messages import Said
from hub.radar.store import LOCAL, RadarStore
from hub.ui import data
from hub.ui.i18n import _


def signed_out() -> bool:
    """Return whether login is configured here and nobody is signed in: such a visitor has no radars, notes or briefings."""
    return st.user.to_dict().get("is_logged_in") is False


def reader_id() -> str:
    """Return the reader's id, ``local`` without login; asks to sign in, and stops the page, when nobody is signed in."""
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
