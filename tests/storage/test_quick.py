"""A process that opens the paper table does not load clients of a server that it never asks, and who asks for one gets it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = """
import sys
from hub.storage.corpus import Corpus
table = Corpus(sys.argv[1])
loaded = [name for name in sys.modules if name.startswith("lance_namespace_urllib3_client.api.")]
import lance_namespace_urllib3_client as package
getattr(package, "__all__", ())
from lance_namespace_urllib3_client import TableApi
print(len(table), loaded, TableApi.__module__, hasattr(package, "no_such_thing"))
"""


def test_the_paper_table_is_opened_without_clients_of_a_server(tmp_path: Path) -> None:
    command = [sys.executable, "-c", CODE, str(tmp_path / "corpus")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["0", "[]", "lance_namespace_urllib3_client.api.table_api", "False"]
