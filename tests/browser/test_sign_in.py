"""Two readers sign in through a real OpenID Connect provider, in two windows, and do not see each other's radars."""

from __future__ import annotations

import re
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from hub.radar.store import RadarStore, readers
from tests.servers import oidc

pytestmark = pytest.mark.browser
expect.set_options(timeout=60_000)


@pytest.fixture(scope="module")
def home(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("signed")
    for name in ("corpus", "snapshots"):
        shutil.copytree(demo_home / name, made / name)
    return made


@pytest.fixture(scope="module")
def address(home: Path, serve: Callable[..., str]) -> Iterator[str]:
    """Return the app with login configured."""
    pytest.importorskip("authlib", reason="Streamlit's login needs Authlib (requirements.txt)")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with oidc.provider() as provider:
        secrets = home / "secrets.toml"
        secrets.write_text(
            f'[auth]\nredirect_uri = "http://127.0.0.1:{port}/oauth2callback"\ncookie_secret = "x{"y" * 40}"\n'
            f'client_id = "{oidc.CLIENT}"\nclient_secret = "{oidc.SECRET}"\n'
            f'server_metadata_url = "{provider}/.well-known/openid-configuration"\n'
        )
        yield serve(home, port=port, STREAMLIT_SECRETS_FILES=str(secrets))


def signed_in(browser: Browser, address: str, name: str) -> Page:
    page = browser.new_context(viewport={"width": 1400, "height": 1000}, locale="en-US").new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{address}/radar")
    expect(page.get_by_text("Sign in to see your own radars")).to_be_visible()
    page.get_by_role("button", name=re.compile("Sign in")).click()
    page.get_by_role("link", name=name, exact=True).click()
    page.wait_for_url(re.compile(re.escape(address)))
    page.goto(f"{address}/radar")
    expect(page.get_by_role("button", name=re.compile("Sign out"))).to_be_visible()
    return page


def test_readers_who_sign_in_have_radars_of_their_own(browser: Browser, address: str, home: Path) -> None:
    ada = signed_in(browser, address, "ada")
    ada.get_by_text("Name, words and topics").click()
    ada.get_by_label("Name of the radar").fill("ada alone")
    ada.get_by_label("Name of the radar").press("Enter")
    up = ada.locator("[data-testid=stMain]").get_by_role("radio", name="Thumbs up", exact=True).first
    up.click()
    expect(up).to_be_checked()
    ada.get_by_role("button", name="Show my list").click()
    expect(ada.get_by_text(re.compile("which you liked")).first).to_be_visible()
    ben = signed_in(browser, address, "ben")
    expect(ben.get_by_text("Which of these would you read?")).to_be_visible()
    assert ben.get_by_text("ada alone").count() == 0
    (folder,) = readers(home)
    assert re.fullmatch(r"[0-9a-f]{32}", folder) and RadarStore(home, folder).names() == ["ada alone"]
    ada.reload()
    expect(ada.get_by_text(re.compile("papers for this radar"))).to_be_visible()
