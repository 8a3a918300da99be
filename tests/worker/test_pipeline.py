"""The first run: without a network the demo corpus, which leaves when real papers come."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_extraction.text import HashingVectorizer

from hub import demo
from hub.embed import EMBEDDERS, Progress, Vectors
from hub.embed.minilm import MiniLM
from hub.settings import settings
from hub.storage import inventory, snapshot
from hub.storage.corpus import Corpus
from hub.topics import vectors
from hub.worker import jobs
from hub.worker.pipeline import LEARNED, gather

FEED = """<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Letters</title>
{items}</channel></rss>"""
ITEM = """<item><title>Finding number {n} about tidal mixing in {where}</title><link>https://example.org/{n}</link>
<dc:creator>Ada Okoye</dc:creator><pubDate>Mon, 15 Jun 2026 0{n}:00:00 GMT</pubDate>
<description>We measure how tides mix the water of {where} in {n} campaigns and find that the mixing doubles with depth,
which changes the budget of oxygen that models of the region assume.</description></item>"""
PLACES = ("a fjord", "the shelf sea", "an estuary", "the strait", "a lagoon", "the bay", "the delta", "a loch")


class Letters(BaseHTTPRequestHandler):
    """Serves one feed of eight papers."""

    def do_GET(self) -> None:
        body = FEED.format(items="".join(ITEM.format(n=n, where=where) for n, where in enumerate(PLACES, 1))).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def letters() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Letters)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/feed.xml"
    server.shutdown()


def catalogue(folder: Path, url: str) -> str:
    """Write a catalogue with one source and return its path."""
    file = folder / "catalogue.toml"
    file.write_text(
        f'[[source]]\nid = "letters"\nname = "Letters"\nprotocol = "feed"\nurl = "{url}"\ndomain = "Earth science"\n'
        "interval_s = 0\non = true\n",
        "utf-8",
    )
    return str(file)


def test_demo_papers_come_without_a_network_and_go_when_a_source_answers(
    hub_home: Path, monkeypatch: pytest.MonkeyPatch, letters: str, tmp_path: Path
) -> None:
    (hub_home / inventory.FILE).mkdir()  # a list that cannot be written stops no gather
    (hub_home / "briefings").mkdir()
    (hub_home / "briefings" / "kept.json").write_text("{}")
    monkeypatch.setenv("HUB_EMBEDDER", "tfidf-svd")
    monkeypatch.setenv("HUB_ALLOW_PRIVATE_URLS", "1")
    monkeypatch.setenv("HUB_CATALOGUE", catalogue(tmp_path, "http://127.0.0.1:9/feed.xml"))
    corpus = Corpus(settings().corpus_path)
    done = gather(hub_home, corpus, settings())
    assert done["synthetic"] is True
    assert done["sources"][0]["error"]
    shown = snapshot.load(hub_home)
    assert demo.is_demo(shown.papers["id"]).all()
    assert len(shown.topics) > 10
    assert (shown.papers["topic"] >= 0).all()

    monkeypatch.setenv("HUB_CATALOGUE", catalogue(tmp_path, letters))
    done = gather(hub_home, corpus, settings())
    assert done["synthetic"] is False
    shown = snapshot.load(hub_home)
    assert sorted(shown.papers["source"].unique()) == ["Letters"]
    assert len(shown) == len(PLACES)
    job = jobs.current(hub_home)
    assert job is not None
    assert job.state == "done"


class Hashed:
    """Stands for the embedder of meaning without its weights."""

    id = MiniLM.id
    corpus_bound = False

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        return HashingVectorizer(n_features=64).transform(texts).toarray().astype(np.float32)


def test_many_papers_have_early_topics_from_some_of_them_before_those_from_all(
    hub_home: Path, monkeypatch: pytest.MonkeyPatch, letters: str, tmp_path: Path
) -> None:
    monkeypatch.setenv("HUB_ALLOW_PRIVATE_URLS", "1")
    monkeypatch.setenv("HUB_CATALOGUE", catalogue(tmp_path, letters))
    monkeypatch.setitem(EMBEDDERS, "minilm-int8", lambda home: Hashed())
    monkeypatch.setattr(vectors, "SOME", 4)
    monkeypatch.setattr(vectors, "MANY", len(PLACES))
    gather(hub_home, Corpus(settings().corpus_path), settings())
    by = [snapshot.load(hub_home, version).meta for version in reversed(snapshot.versions(hub_home))]
    made = list(dict.fromkeys(meta["embedder"] for meta in by if meta.get("embedder")))
    assert made == ["tfidf-svd-256", f"{MiniLM.id}-learned", MiniLM.id]
    assert [meta["why_embedder"] for meta in by if meta["embedder"].endswith("learned")] == [LEARNED]
