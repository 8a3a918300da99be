"""Signatures of records as they were when a corpus was joined last, so that the next time only those of new records are made.

They are kept beside the paper table, in a file of that machine alone. What is damaged, of another release of the keys, or gone is
made anew, and so are those of every record that was written since.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, fields
from datetime import datetime
from hashlib import blake2b
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from hub.sources.linkage.blocking import KEYS, Signatures
from hub.storage import integrity
from hub.storage.corpus import Corpus

log = logging.getLogger(__name__)
FILE = "joining.keys"
DIGEST = 32


@dataclass(frozen=True)
class Kept:
    """Signatures of records, in the order of ``ids``.

    Parameters
    ----------
    ids
        The records' ids (n,), as Arrow strings.
    changed
        When each was last written (n,), in seconds since 1970.
    until
        When the corpus began to be read, in seconds since 1970: what was written in that second or later may have changed.
    marks
        Their signatures.
    """

    ids: pa.Array
    changed: npt.NDArray[np.int64]
    until: int
    marks: Signatures

    def rows(self, ids: pa.Array, changed: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return the row (n,) of each record here, -1 of those that are not or were written since."""
        at = pc.fill_null(pc.index_in(ids, value_set=self.ids), -1).to_numpy(zero_copy_only=False).astype(np.int64)
        if not len(self.ids):
            return at
        same = (self.changed[at] == changed) & (changed < self.until)
        return np.where(same, at, -1)


def read(corpus: Corpus) -> Kept | None:
    """Return what is kept of a corpus; None where nothing is, or not by the keys of now, or it is not as it was written."""
    file = _file(corpus)
    try:
        data = file.read_bytes() if file else b""
        if len(data) < DIGEST or blake2b(data[DIGEST:], digest_size=DIGEST).digest() != data[:DIGEST]:
            return None
        with pa.ipc.open_file(pa.BufferReader(pa.py_buffer(data).slice(DIGEST))) as stored:
            table, about = stored.read_all(), stored.schema.metadata
    except (OSError, pa.ArrowException) as e:
        if not isinstance(e, FileNotFoundError):
            log.warning("%s cannot be read (%s): what it held is made again", file, e)
        return None
    if about.get(b"made_by") != _made_by():
        return None
    columns = [table[field.name].to_numpy() for field in fields(Signatures)[:-1]]
    keys = table["keys"].combine_chunks().flatten().to_numpy()
    changed = table["changed"].to_numpy()
    return Kept(table["id"].combine_chunks(), changed, int(about[b"until"]), Signatures(*[*columns, keys]))


def keep(corpus: Corpus, ids: pa.Array, changed: npt.NDArray[np.int64], started: datetime, marks: Signatures) -> None:
    """Keep the signatures of all records of a corpus, as it was read from ``started`` on."""
    file = _file(corpus)
    if file is None:
        return
    columns: dict[str, pa.Array] = {"id": ids, "changed": pa.array(changed)}
    columns |= {field.name: pa.array(getattr(marks, field.name)) for field in fields(Signatures)[:-1]}
    ends = np.concatenate([[0], np.cumsum(marks.counts, dtype=np.int64)])
    columns["keys"] = pa.LargeListArray.from_arrays(pa.array(ends), pa.array(marks.keys))
    about = {b"made_by": _made_by(), b"until": str(int(started.timestamp())).encode()}
    table = pa.table(columns).replace_schema_metadata(about)
    out = pa.BufferOutputStream()
    with pa.ipc.new_file(out, table.schema) as writer:
        writer.write_table(table)
    data = out.getvalue().to_pybytes()
    try:
        integrity.write(file, blake2b(data, digest_size=DIGEST).digest() + data)
    except OSError as e:
        log.warning("%s cannot be written (%s): it is made again the next time", file, e)


def _file(corpus: Corpus) -> Path | None:
    return None if "://" in corpus.path else Path(corpus.path) / FILE


def _made_by() -> bytes:
    """Tell which keys these are: ours, hashed by pandas and folded by the Unicode tables of Python."""
    import unicodedata

    return f"{KEYS} {pd.__version__} {unicodedata.unidata_version}".encode()
