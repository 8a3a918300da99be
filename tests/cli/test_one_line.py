"""What a command cannot do is one line that says what is wrong and what to do about it, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub import demo
from hub.__main__ import main
from hub.settings import settings
from hub.storage.corpus import Corpus
from hub.storage.republish import republish

FILES = {
    "cut.json": b"[",
    "odd.json": b'{"name": 5}',
    "binary.json": b"\xff\xfe{",
    "deep.json": b"[" * 100_000,
    "empty.json": b"",
}


def line(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Return the one line that a command fails with."""
    assert main([*arguments]) == 1
    told = capsys.readouterr().err.strip().splitlines()
    assert len(told) == 1 and told[0].startswith("hub: "), told
    return told[0]


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (("export", "csv", "-o", "/nowhere/x.csv"), "Choose another file with -o"),
        (("export", "csv", "-o", "."), "Choose another file with -o"),
        (("export", "papyrus"), "take one of csv"),
        (("near", "/nowhere/x.txt"), "check the path"),
        (("near", "{here}/empty.json"), "paste an abstract"),
        (("brief", "-o", "/nowhere/x.md"), "Choose another file with -o"),
        (("radar", "--interest", "ice", "--digest", "html", "-o", "/nowhere/x.html"), "Choose another file with -o"),
        (("radar", "--interest", "ice", "--mail"), "give the radar one"),
        (("radar", "--load", "/nowhere/x.json"), "check the path"),
        (("radar", "--load", "."), "check the path"),
        *((("radar", "--load", f"{{here}}/{name}"), "Choose a file") for name in FILES),
        (("radar", "--add", "/nowhere/x.bib"), "check the path"),
        (("radar", "--name", "none", "--reader", "../a"), "use 'local' or"),
        (("import", "/nowhere"), "check the path"),
        (("sources", "--add", "ftp://x"), "give one that starts with https"),
        (("sources", "--on", "none"), "lists them"),
        (("curate", "rename", "9999", "x"), "for those there are"),
        (("papers", "--from", "2026-99-99"), "a day such as"),
        (("papers", "--topic", "none"), "for those there are"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_command_that_fails_says_what_to_do(
    arguments: tuple[str, ...], remedy: str, demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    assert remedy in line(capsys, *(text.replace("{here}", str(tmp_path)) for text in arguments))


@pytest.mark.parametrize("arguments", [("radar", "--interest", "ice"), ("radar", "--due"), ("papers",), ("topics",), ("brief",)],
                         ids=" ".join)  # fmt: skip
def test_an_empty_hub_says_what_comes_first(
    arguments: tuple[str, ...], hub_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "import or refresh papers first" in line(capsys, *arguments)


def test_a_radar_on_papers_without_vectors_lists_by_their_words(hub_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = Corpus(settings().corpus_path)
    demo.add(hub_home, corpus, count=40)
    republish(hub_home, corpus)
    for arguments in (("--interest", "a neural network"), ("--keyword", "the"), ("--author", "a")):
        assert main(["radar", *arguments, "--json"]) == 0
    assert main(["radar", "--interest", "ice", "--digest", "markdown"]) == 0


@pytest.mark.parametrize("command", ["doctor", "fit", "papers", "gather", "radar"])
@pytest.mark.parametrize(
    ("home", "remedy"),
    [
        ("/proc/none", "Set HUB_HOME to another folder"), ("/dev/null", "Set HUB_HOME to another folder"),
        ("/dev/null/x", "Set HUB_HOME to another folder"), ("/tmp/" + "x" * 300, "Set HUB_HOME to another folder"),
        ("~nobody-of-this-name/x", "Correct or unset it"),
    ],
)  # fmt: skip
def test_a_data_folder_that_cannot_be_is_one_line(
    command: str, home: str, remedy: str, hub_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HUB_HOME", home)
    assert remedy in line(capsys, command)


@pytest.mark.parametrize("home", ["", "  ", "\t"])
def test_an_empty_name_of_the_data_folder_is_none(home: str, hub_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_HOME", home)
    named = settings().home
    monkeypatch.delenv("HUB_HOME")
    assert named == settings().home and named.name == "cache"
