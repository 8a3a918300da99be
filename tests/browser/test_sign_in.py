"""Two readers sign in through a real OpenID Connect provider, in two windows, and do not see each other's radars."""

from __future__ import annotations

import re
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from hub import permissions
from hub.briefing import Briefing, Request, Store, write
from hub.permissions import Reader, Role
from hub.radar.model import Radar
from hub.radar.reading import Reading
from hub.radar.store import RadarStore, readers
from hub.settings import Settings
from hub.storage import snapshot
from hub.storage.corpus import Corpus
from hub.storage.selection import Selection
from hub.ui.reader import identity
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


def test_no_reader_reaches_what_another_kept(browser: Browser, address: str, home: Path) -> None:
    """Ada keeps a radar, a note and a briefing; Ben, signed in too, asks for them by page, address, key, token and cookie."""
    ada = signed_in(browser, address, "ada")
    expect(ada.get_by_role("button", name=re.compile("Sign out"))).to_be_visible()
    reader_id = identity({"is_logged_in": True, "iss": ada_issuer(home), "sub": "ada"})
    with permissions.acting(Reader(Role.READER, reader_id)):
        radars, kept = RadarStore(home, reader_id), snapshot.load(home)
        token = radars.save(Radar("Secret of ada", text="neural", seeds=(str(kept.papers["id"].iloc[0]),)))
        Reading(radars).note(str(kept.papers["id"].iloc[0]), NOTE)
        config = Settings.model_validate({"HUB_HOME": home, "HUB_LLM_MODEL": "", "OPENAI_API_KEY": "", "OPENAI_BASE_URL": ""})
        asked = Request(Selection(text="neural"), question=NOTE, use_model=False)
        made = list(write(asked, kept, Corpus(str(home / "corpus")), config, reader=reader_id))[-1]
    assert isinstance(made, Briefing) and Store(home, reader_id).has(made.key)
    ada.goto(f"{address}/briefings")
    expect(ada.get_by_text(re.compile(NOTE)).first).to_be_visible()
    ben = signed_in(browser, address, "ben")
    paper = quote(str(kept.papers["id"].iloc[0]), safe="")
    for path in (
        "radar", "briefings", f"briefings?briefing={made.key}", "radar?radar=Secret+of+ada", f"radar?token={token}",
        f"papers?paper={paper}", f"papers?mark=Secret+of+ada&radar={token}", "today", f"briefings?reader={reader_id}",
    ):  # fmt: skip
        ben.goto(f"{address}/{path}")
        expect(ben.locator("[data-testid=stMain] h1").first).to_be_visible()
        expect(ben.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_attached()
        text = ben.content()
        assert not any(secret in text for secret in (NOTE, "Secret of ada", token, made.key, reader_id)), path
    jar = {cookie["name"]: str(cookie["value"]) for cookie in ben.context.cookies()}
    for name in (
        f"Secret%20of%20ada.xml?token={'x' * 32}",
        f"{'x' * 32}.xml",
        f"{made.key}.xml",
        f"..%2F{reader_id}%2F{token}.xml",
    ):
        assert ben.context.request.get(f"{address}/radar/{name}").status in (400, 404)
    assert ben.context.request.get(f"{address}/radar/{token}.xml").status == 200, "whoever has a feed's secret may read the feed"
    mine = next(name for name in jar if "user" in name)
    turned = browser.new_context()
    value = jar[mine]
    turned.add_cookies([{"name": mine, "value": value[:-4] + ("AAAA" if value[-4:] != "AAAA" else "BBBB"), "url": address}])
    changed = turned.new_page()
    changed.set_default_timeout(60_000)
    changed.goto(f"{address}/radar")
    expect(changed.get_by_text("Sign in to see your own radars")).to_be_visible()


NOTE = "zephyrquokka"
"""A word that stands in nothing but what Ada keeps."""


def ada_issuer(home: Path) -> str:
    """Return the provider's name, as the app's own configuration has it."""
    (url,) = re.findall(r'server_metadata_url = "(.+?)/\.well-known', (home / "secrets.toml").read_text("utf-8"))
    return url
