"""The verifier: passages, names that a text lacks, its files, and what happens without them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from hub.briefing.support import Judge, Reason, Text
from hub.briefing.verifier import reader
from hub.briefing.verifier.passages import chosen
from hub.briefing.verifier.signals import NAMES, Found, layer, values
from hub.errors import VerifierError

BODY = "We weigh the retina of 40 mice with OCT. The retina of old mice is thinner. Diet had no effect on weight."


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("The retina of old mice is thinner than usual.", Reason.SHARED),
        ("In old mice OCT shows a thinner retina.", Reason.SHARED),
        ("In old mice MRI shows a thinner retina.", Reason.NAME),
        ("The retina of old Wistar mice is thinner.", Reason.NAME),
    ],
)
def test_a_name_that_the_text_lacks_is_told(claim: str, reason: Reason) -> None:
    assert Judge({"1": Text("Ageing eyes", BODY)}).judge(claim, ["1"]).reason == reason


VIRUS = "In 120 patients with coronavirus, Klf-4 and the T-cell receptor respond to autism spectrum disorders and to GPT-4."


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("In 120 patients KLF4 and the T-cell receptor respond to ASD and to GPT-4.", Reason.SHARED),
        ("In 120 patients with coronavirus KLF5 and the T-cell receptor respond to GPT-4.", Reason.NUMBER),
        ("In 120 patients with COVID-19 Klf-4 and the T-cell receptor respond.", Reason.NAME),
        ("In 120 patients with coronavirus Klf-4 and the T-cell receptor respond to GPT-3.", Reason.NUMBER),
        ("In 19 patients with coronavirus Klf-4 and the T-cell receptor respond to GPT-4.", Reason.NUMBER),
    ],
)
def test_a_name_spelt_otherwise_is_the_same_and_its_number_is_no_quantity(claim: str, reason: Reason) -> None:
    assert Judge({"1": Text("Receptors", VIRUS)}).judge(claim, ["1"]).reason == reason


def test_passages_cover_the_claim_and_keep_their_order() -> None:
    passages = ["Nothing here.", "Diet had no effect.", "The retina is thinner.", "Mice were old."]
    assert chosen("The retina of mice is thinner and diet had no effect.", passages, words=12) == [1, 2, 3]
    assert chosen("Quite another matter.", passages, words=3) in ([1], [2], [0], [3])


@pytest.fixture(scope="module")
def model() -> reader.Reader:
    return reader.Reader()


RUST = "We show that a fungal spray reduces leaf rust by 42% in field trials. Rain had little effect on the yield of barley."


TRUE = "We show that a fungal spray reduces leaf rust in field trials."


@pytest.mark.parametrize(
    ("false", "word"),
    [
        ("A fungal spray does not reduce leaf rust in field trials.", "not"),
        ("A fungal spray reduces leaf rust in greenhouse trials.", "greenhouse"),
        ("A fungal spray reduces root rot in field trials.", "rot"),
        ("Transformers are trained with a contrastive loss on image pairs.", ""),
    ],
)
def test_the_model_tells_a_changed_sentence_from_a_true_one_and_names_the_word(
    model: reader.Reader, false: str, word: str
) -> None:
    passages = ["A spray against rust", *RUST.split(". ")]
    first, second = model.read([(TRUE, passages), (false, passages)])
    assert first.supports > second.supports + 0.1
    assert first.doubt < 0.5 < second.doubt
    assert word in (second.word, "")
    assert abs(first.supports + first.contradicts + first.neither - 1) < 1e-5


class Says(reader.Reader):
    """Gives one reading of everything."""

    def __init__(self, supports: float) -> None:
        self.reading = reader.Reading(supports, (1 - supports) / 2, (1 - supports) / 2, "greenhouse", 1 - supports)

    def read(self, pairs: Sequence[tuple[str, Sequence[str]]]) -> list[reader.Reading]:
        return [self.reading for _ in pairs]


@pytest.mark.parametrize(("supports", "reason"), [(0.02, Reason.DOUBTED), (0.98, Reason.READ)])
def test_the_verifier_may_doubt_what_words_support(supports: float, reason: Reason) -> None:
    text = Text("A spray against rust", RUST)
    judge = Judge({"1": text}, reader=Says(supports))
    claim = "A fungal spray reduces leaf rust by 42% in greenhouse trials."
    assert Judge({"1": text}).judge(claim, ["1"]).reason == Reason.SHARED
    found = judge.judge(claim, ["1"])
    assert (found.reason, found.verdict) == (reason, "supported" if reason is Reason.READ else "partly")
    assert ("greenhouse" in found.note) is (reason is Reason.DOUBTED)
    assert judge.judge("A fungal spray reduces leaf rust by 24% in field trials.", ["1"]).reason == Reason.NUMBER
    assert judge.judge("Rain had little effect on the yield of barley.", ["1"]).reason == Reason.QUOTED


def test_a_reading_hardly_depends_on_what_is_read_beside_it(model: reader.Reader) -> None:
    pairs = [(f"Claim {n} says that rain had an effect " + "on barley " * n, [RUST]) for n in range(12)]
    together, alone = model.read(pairs), [model.read([pair])[0] for pair in pairs]
    # 8-bit activations are scaled over a batch, so readings differ a little
    assert max(abs(a.supports - b.supports) for a, b in zip(together, alone, strict=True)) < 0.15
    assert model.read([]) == []


def test_more_words_than_the_model_reads_are_no_error(model: reader.Reader) -> None:
    assert model.read([("word " * 900, [RUST * 40]), ("", [""])])


def test_other_weights_are_refused_and_words_alone_judge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "weights"
    shutil.copytree(reader.FOLDER, folder)
    file = folder / "verifier-int8.onnx"
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    with pytest.raises(VerifierError, match="is not the file that was measured"):
        reader.Reader(folder)
    file.unlink()
    with pytest.raises(VerifierError, match="cannot be read"):
        reader.Reader(folder)
    monkeypatch.setattr(reader, "_about", lambda folder: {"file": "none", "sha256": ""})
    reader.verifier.cache_clear()
    found, why = reader.verifier()
    reader.verifier.cache_clear()
    assert found is None and "get the project's files again" in why


def test_judging_loads_nothing_heavy_before_a_sentence_is_read() -> None:
    code = (
        "import sys, hub.briefing.ledger, hub.briefing.compose, hub.briefing.verifier.reader\n"
        "print([m for m in ('torch', 'onnxruntime', 'tokenizers', 'transformers') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_the_layer_lets_no_signal_turn_round() -> None:
    clean = Found("", "", "", "", (), (), 0.0, 0.9)
    read = reader.Reading(0.9, 0.05, 0.05, "word", 0.1)
    sure = layer().probability(clean, read)
    assert len(values(clean, read)) == len(NAMES)
    assert sure >= layer().supported
    for worse in (
        Found("it says 3", "", "", "", (), (), 0.0, 0.9),
        Found("", "it denies", "", "", (), (), 0.0, 0.9),
        Found("", "", "", "", ("X",), ("X",), 0.2, 0.7),
    ):
        assert layer().probability(worse, read) <= sure
    assert layer().probability(clean, reader.Reading(0.2, 0.7, 0.1, "word", 0.9)) < sure
