"""Trains the verifier on two cores: ``python -m training.verifier.train FOLDER``; then ``export``, ``layer``."""

from __future__ import annotations

import argparse
import json
import math
import random
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from hub.briefing.verifier.passages import Packed, packed
from hub.embed.minilm import tokenizer, weights_folder
from training.verifier.network import FROZEN, Reader
from training.verifier.pairs import Example, from_abstracts, public, records

SHARED = Path(__file__).resolve().parents[3] / "shared"
HELD_OUT_SETS = ("summedits-news",)
"""A public set that no pair of is trained on, to see how the model does on another kind of text."""
SEED = 14
BATCH = 16


def main() -> None:
    """Make the pairs, train once over them, and write ``reader.pt`` and what was measured on the way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--shared", type=Path, default=SHARED)
    parser.add_argument("--papers", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=2, help="times each public pair is read")
    parser.add_argument("--start", type=Path, help="weights of an earlier run to go on from")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--rate", type=float, default=1.2e-4)
    parser.add_argument("--steps", type=int, default=1200, help="of each worker")
    parser.add_argument("--minutes", type=float, help="stop after so long instead; the rate falls to zero by then")
    parser.add_argument(
        "--workers", type=int, default=2, help="processes of one thread each, whose weights are averaged as they go"
    )
    parser.add_argument("--rank", type=int, default=0, help="which of them this is; the first starts the others")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(asked.seed)
    torch.set_num_threads(1)
    again = [sys.executable, "-m", __spec__.name, *sys.argv[1:], "--rank"]
    others = [] if asked.rank else [subprocess.Popen([*again, str(rank)]) for rank in range(1, asked.workers)]
    papers = records(asked.shared / "corpora", own_set_ids(), asked.papers + 150, random.Random(asked.seed))
    unseen = list(from_abstracts(papers[asked.papers :], asked.seed, each=3)) if asked.rank == 0 else []
    made = list(from_abstracts(papers[asked.rank : asked.papers : asked.workers], asked.seed + asked.rank))
    train, held = public(asked.shared / "benchmarks" / "claims", HELD_OUT_SETS)
    rng = random.Random(asked.seed + asked.rank)
    rng.shuffle(train)
    mine = [*made, *(train[asked.rank :: asked.workers] * asked.rounds)]
    print(
        f"worker {asked.rank}: {len(made)} pairs made of abstracts, {len(mine)} in all; {len(held)} public pairs held out",
        flush=True,
    )
    network = Reader(weights_folder())
    if asked.start:
        network.load_state_dict(torch.load(asked.start))
    torch.manual_seed(asked.seed + asked.rank)
    together = Together(asked.folder, asked.rank, asked.workers)
    fit(network, mine, {"public": held, "made": unseen}, together, rng, asked.rate, asked.steps, asked.minutes)
    for other in others:
        other.wait()


class Together:
    """Workers that leave their weights in one folder and go on from the mean (local SGD: Stich 2019)."""

    def __init__(self, folder: Path, rank: int, workers: int) -> None:
        self.folder, self.rank, self.workers = folder, rank, workers

    def average(self, network: Reader, step: int) -> None:
        """Wait for every worker's weights of this step, and load their mean."""
        mine = {k: v for k, v in network.named_parameters() if v.requires_grad}
        paths = [self.folder / f"{rank}-{step}.pt" for rank in range(self.workers)]
        part = self.folder / f"{self.rank}-{step}.part"
        torch.save({k: v.detach().clone() for k, v in mine.items()}, part)
        part.rename(paths[self.rank])
        while not all(p.exists() for p in paths):
            time.sleep(0.2)
        states = [torch.load(p) for p in paths]
        with torch.no_grad():
            for k, v in mine.items():
                v.copy_(torch.stack([s[k] for s in states]).mean(0))
        for old in self.folder.glob(f"{self.rank}-*.pt"):
            if int(old.stem.split("-")[1]) < step:
                old.unlink()


def own_set_ids() -> frozenset[str]:
    """Ids of the papers of bench/ledger_ids.txt, which measure the ledger and so are not trained on."""
    listed = Path(__file__).resolve().parents[2] / "bench" / "ledger_ids.txt"
    return frozenset(line.split()[1] for line in listed.read_text("utf-8").splitlines())


def tensors(examples: Sequence[Example], packs: Sequence[Packed]) -> dict[str, Any]:
    """Return a batch: ids, kinds, mask (n, tokens); label (n,); wrong (n, tokens) with -1 where nothing is known."""
    width = max(len(p.ids) for p in packs)
    batch = {name: np.zeros((len(packs), width), dtype=np.int64) for name in ("ids", "kinds", "mask")}
    wrong = np.full((len(packs), width), -1, dtype=np.float32)
    for i, (example, pack) in enumerate(zip(examples, packs, strict=True)):
        size = len(pack.ids)
        batch["ids"][i, :size], batch["kinds"][i, :size], batch["mask"][i, :size] = pack.ids, pack.kinds, 1
        for at, word in enumerate(pack.word_of, start=1):
            wrong[i, at] = example.wrong[word]
    made: dict[str, Any] = {name: torch.from_numpy(value) for name, value in batch.items()}
    return made | {"wrong": torch.from_numpy(wrong), "label": torch.tensor([e.label for e in examples])}


def batches(examples: Sequence[Example], packs: Sequence[Packed], rng: random.Random) -> Iterator[list[int]]:
    """Yield the positions of one pass in batches of like length, in random order."""
    order = list(range(len(examples)))
    rng.shuffle(order)
    parts: list[list[int]] = []
    for start in range(0, len(order), BATCH * 60):
        part = sorted(order[start : start + BATCH * 60], key=lambda i: len(packs[i].ids))
        mine = [part[i : i + BATCH] for i in range(0, len(part), BATCH)]
        rng.shuffle(mine)
        parts += mine
    yield from parts


def loss_of(network: Reader, batch: dict[str, Any]) -> Any:
    """Return the loss: cross-entropy of the label, and of each word of the claim where it is known."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        whole, words = network(batch["ids"], batch["kinds"], batch["mask"])
    known = batch["wrong"] >= 0
    each = torch.nn.functional.binary_cross_entropy_with_logits(
        words.float()[known], batch["wrong"][known], pos_weight=torch.tensor(3.0)
    )
    return torch.nn.functional.cross_entropy(whole.float(), batch["label"], label_smoothing=0.03) + 1.5 * each


def fit(
    network: Reader,
    examples: list[Example],
    checks: dict[str, list[Example]],
    together: Together,
    rng: random.Random,
    rate: float,
    count: int,
    minutes: float | None = None,
) -> None:
    """Train with a rate that rises over the first twentieth and falls to zero, for ``count`` steps or so many minutes."""
    reads = tokenizer(weights_folder())
    reads.no_truncation()
    packs = [packed(e.claim, e.picked(), reads) for e in examples]
    for part in (network.bert.embeddings, *network.bert.encoder.layer[:FROZEN]):
        part.requires_grad_(False)
    heads = [*network.kind.parameters(), *network.word.parameters(), *network.whole.parameters()]
    body = [p for p in network.bert.parameters() if p.requires_grad]
    steps = [rows for _ in range(3) for rows in batches(examples, packs, rng)][:count]
    optimiser = torch.optim.AdamW([{"params": body, "lr": rate}, {"params": heads, "lr": 1e-3}], weight_decay=0.01)
    rates = [group["lr"] for group in optimiser.param_groups]
    network.train()
    begun, mean = time.perf_counter(), 2.0
    for step, rows in enumerate(steps, start=1):
        done = (time.perf_counter() - begun) / 60 / minutes if minutes else (step - 1) / len(steps)
        last = step == len(steps) or done >= 1
        for group, most in zip(optimiser.param_groups, rates, strict=True):
            group["lr"] = most * min(done / 0.05 + 0.02, 0.5 + 0.5 * math.cos(math.pi * min(done, 1.0)))
        loss = loss_of(network, tensors([examples[i] for i in rows], [packs[i] for i in rows]))
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([*body, *heads], 1.0)
        optimiser.step()
        mean = 0.98 * mean + 0.02 * float(loss.detach())
        if step % 20 == 0:
            pace = step * BATCH / (time.perf_counter() - begun)
            print(f"worker {together.rank}: step {step} of {len(steps)}, loss {mean:.3f}, {pace:.1f} pairs/s", flush=True)
        if (step % 40 == 0 or last) and together.workers > 1:
            together.average(network, step)
        if together.rank == 0 and (step % 160 == 0 or last):
            torch.save(network.state_dict(), together.folder / "reader.pt")
            found = {name: measured(network, part[:: max(1, len(part) // 200)], reads) for name, part in checks.items()}
            print(json.dumps(found), flush=True)
        if last:
            break


def measured(network: Reader, examples: Sequence[Example], reads: Any) -> dict[str, float]:
    """Return the balanced accuracy of supported against not, by kind of pair, at even odds."""
    network.eval()
    said: list[float] = []
    with torch.no_grad():
        for start in range(0, len(examples), 64):
            part = examples[start : start + 64]
            batch = tensors(part, [packed(e.claim, e.picked(), reads) for e in part])
            with torch.autocast("cpu", dtype=torch.bfloat16):
                whole, _ = network(batch["ids"], batch["kinds"], batch["mask"])
            said += whole.float().softmax(1)[:, 0].tolist()
    network.train()
    by: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for example, value in zip(examples, said, strict=True):
        for name in ("all", example.kind.split(",")[0]):
            by[name].append((example.label == 0, value > 0.5))
    found: dict[str, float] = {}
    for name, pairs in by.items():
        sides = [[got == is_so for is_so, got in pairs if is_so == side] for side in (True, False)]
        found[name] = round(float(np.mean([np.mean(s) for s in sides if s])), 3)
    return found


if __name__ == "__main__":
    main()
