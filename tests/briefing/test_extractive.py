from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from hub import briefing
from hub.__main__ import main
from hub.briefing import Briefing, Request
from hub.briefing.model import LeftOut
from hub.errors import NotEnoughPapers
from hub.storage.selection import Selection
from tests.briefing.conftest import Hub, make_hub, paper


def written(hub: Hub, request: Request, **more: object) -> Briefing:
    pieces = list(briefing.write(request, hub.snapshot, hub.corpus, hub.settings(), **more))  # type: ignore[arg-type]
    assert all(isinstance(piece, str) for piece in pieces[:-1])
    assert isinstance(pieces[-1], Briefing)
    return pieces[-1]


def body_and_references(markdown: str) -> tuple[str, dict[int, str]]:
    body, _, references = re.sub("\n## 参考文献\n", "\n## References\n", markdown).partition("\n## References\n")
    return body, {int(n): line for n, line in re.findall(r"(?m)^(\d+)\. (.+)$", references)}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("length", ["short", "long"])
def test_every_item_is_quoted_and_every_citation_resolves(hub: Hub, language: str, length: str) -> None:
    made = written(hub, Request(language=language, length=length))
    assert made.totals["quoted"] == len(made.ledger) > 10
    known = {p.id: p.abstract for p in hub.corpus.papers(made.read_ids)}
    ids = {str(s.number): s.id for s in made.references}
    for entry in made.ledger:
        for quote in re.findall(r"“(?:… )?(.{40,}?)”", entry.sentence):
            assert quote in known[ids[entry.citations[0]]]
    body, references = body_and_references(made.markdown)
    cited = {int(n) for n in re.findall(r"\[(\d+)\]", body)}
    assert cited == set(references) == {s.number for s in made.references}
    assert all(s.id in hub.snapshot.row_of for s in made.references)
    assert all(f"https://arxiv.org/abs/{s.id.removeprefix('arXiv:')}" in references[s.number] for s in made.references)
    assert body.count("\n## ") <= 6
    assert "F1" not in made.markdown
    assert made.markdown.rstrip().split("\n")[-1].startswith("- Manifest: " if language == "en" else "- 清单: ")


def test_front_matter_and_manifest_tell_what_the_briefing_rests_on(hub: Hub) -> None:
    made = written(hub, Request(Selection(fields=("cs",)), seed=3))
    head = yaml.safe_load(made.markdown.split("---\n")[1])
    assert head["selection"] == {"fields": ["cs"]}
    assert (head["lang"], head["complete"]) == ("en", True)
    manifest = made.markdown.rstrip().rsplit("\n", 1)[1]
    for told in (f"snapshot {hub.snapshot.version}", "model none (extractive)", "seed 3", "selected 20", "read 20",
                 f"cited {len(made.references)}", f"quoted {len(made.ledger)}"):  # fmt: skip
        assert told in manifest


def test_only_papers_of_the_selection_are_cited(hub: Hub) -> None:
    made = written(hub, Request(Selection(fields=("cs.CL", "q-bio.PE"))))
    fields = {s.field for s in made.references}
    assert fields == {"cs.CL", "q-bio.PE"}


def test_a_hub_without_topics_or_vectors_is_briefed_by_field(tmp_path: Path) -> None:
    bare = make_hub(tmp_path, [paper(i) for i in range(12)], topics=False, vectors=False)
    made = written(bare, Request())
    assert made.totals["quoted"] == len(made.ledger)
    assert "no topics are fitted yet" in made.markdown
    assert {s.field for s in made.references} <= {paper(i).field for i in range(12)}
    assert len(made.bars) == 6


def test_the_order_of_import_changes_nothing(tmp_path: Path) -> None:
    papers = [paper(i) for i in range(40)]
    one, two = make_hub(tmp_path / "a", papers), make_hub(tmp_path / "b", papers[::-1])
    first, second = written(one, Request(length="short")), written(two, Request(length="short"))
    assert [s.id for s in first.references] == [s.id for s in second.references]
    assert first.key == second.key


def test_the_same_briefing_is_kept_and_not_written_twice(hub: Hub) -> None:
    first = written(hub, Request())
    assert written(hub, Request()).made == first.made
    assert written(hub, Request(seed=1)).key != first.key


def test_no_papers_is_an_error_that_says_what_to_do(hub: Hub) -> None:
    with pytest.raises(NotEnoughPapers, match="widen"):
        written(hub, Request(Selection(sources=("Nature",))))


def test_papers_without_an_abstract_are_counted_as_left_out(tmp_path: Path) -> None:
    papers = [paper(i, abstract=" " if i % 2 else "") for i in range(10)]
    made = written(make_hub(tmp_path, papers), Request())
    assert (made.selected, made.read, made.left_out[LeftOut.NO_ABSTRACT]) == (10, 5, 5)
    assert "5 without an abstract" in made.markdown


def test_the_command_writes_the_file_and_one_json_document(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HUB_HOME", str(hub.home))
    file = tmp_path / "b.md"
    assert main(["brief", "--no-llm", "--field", "cs.CL", "-o", str(file), "--json"]) == 0
    out = json.loads(capsys.readouterr().out)
    assert out["markdown"] == file.read_text("utf-8")
    assert (out["selected"], out["read"], out["cost"], out["tokens"]) == (10, 10, 0.0, {"in": 0, "out": 0})
    assert set(out["ledger"][0]) >= {"sentence", "citations", "verdict", "passage"}
    assert main(["brief", "--dry-run", "--field", "cs.CL", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["read"] == 10
    assert main(["brief", "--no-llm", "--field", "cs.XX"]) == 1
    assert main(["brief", "--no-llm", "--language", "fr"]) == 1
    assert "en, zh" in capsys.readouterr().err
