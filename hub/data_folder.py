"""The data folder: made for its owner alone, checked before anything starts, and the only place that anything is written to.

:func:`prepare` comes first in every process, before a heavy library is imported: what such a library would write into the
home directory (compiled code, downloads, a store of telemetry) goes into the data folder or is not written at all.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import tempfile
from pathlib import Path

from hub.errors import DataFolderError

QUIET = {
    "ORT_DISABLE_TELEMETRY": "1",  # before the import: disable_telemetry_events() comes too late, its store is there by then
    "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_OFFLINE": "1", "DO_NOT_TRACK": "1",
    "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
}  # fmt: skip
"""No library tells anybody anything, and none fetches a model: the weights come as a package."""
CACHES = {
    "XDG_CACHE_HOME": "", "NUMBA_CACHE_DIR": "numba", "MPLCONFIGDIR": "matplotlib", "HF_HOME": "huggingface",
    "TORCH_HOME": "torch", "TORCHINDUCTOR_CACHE_DIR": "torch",
}  # fmt: skip
"""Where libraries keep what they compile or fetch, below ``caches`` of the data folder."""
FULL = (errno.ENOSPC, errno.EDQUOT)
CLOSED = (errno.EACCES, errno.EPERM, errno.EROFS)
WRONG_KIND = (errno.ENOTDIR, errno.EISDIR, errno.EEXIST)
PROBE = bytes(65_536)
ANOTHER = "Set HUB_HOME to another folder."


def prepare(home: Path) -> Path:
    """Make the data folder where it is not there, check that it can be written to, and keep libraries inside it.

    A new folder is for its owner alone (mode 0700); the mode of one that is there stays.

    Returns
    -------
    Path
        The folder, absolute.

    Raises
    ------
    DataFolderError
        When it is a file, a link that leads nowhere, cannot be made or written to, or its disk is full.
    """
    home = home.absolute()
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home, prefix=".probe-") as probe:
            probe.write(PROBE)
            probe.flush()
    except OSError as e:
        raise DataFolderError(_why(home, e)) from e
    keep_inside(home)
    return home


def keep_inside(home: Path) -> None:
    """Set the environment of this process, and of those it starts, so that no library writes outside the data folder."""
    os.environ.update(QUIET)
    os.environ.update({name: str(home / "caches" / folder) for name, folder in CACHES.items()})


def trouble(error: BaseException, home: Path) -> str:
    """Return what is wrong with the data folder when that is why something failed in the midst of work; else nothing.

    >>> trouble(OSError(errno.ENOSPC, "No space left on device"), Path("/data"))
    'The disk of the data folder /data is full: nothing more can be kept. Make room. Or: Set HUB_HOME to another folder.'
    >>> trouble(ValueError("no number"), Path("/data"))
    ''
    """
    text = str(error)
    if isinstance(error, OSError) and error.errno in (*FULL, *CLOSED, *WRONG_KIND):
        place = Path(os.fsdecode(error.filename)).absolute() if error.filename else home
        if home == place:
            return _why(home, error) if error.errno not in WRONG_KIND else ""
        return _of_one(home, place, error) if home in place.parents else ""
    if "lance error" in text or type(error).__name__ == "RustPanic":
        told = text.splitlines()[0][:200]
        return f"The paper table of {home} cannot be used ({told}): `python -m hub doctor` says what is wrong."
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the primary code: https://www.sqlite.org/rescode.html
    if "No space left on device" in text or code == sqlite3.SQLITE_FULL:
        return _why(home, OSError(errno.ENOSPC, text))
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
        return _why(home, OSError(errno.EACCES, text))
    return ""


def _of_one(home: Path, place: Path, error: OSError) -> str:
    """Say of one file or folder within the data folder why it cannot be used."""
    if error.errno in FULL:
        return _why(home, error)
    if error.errno in WRONG_KIND:
        return f"{place} is a file where a folder is needed, or the other way round: `python -m hub doctor` says how to mend it."
    return f"{place} cannot be read or written to ({error.strerror}). Make it yours: `python -m hub doctor` says how."


def _why(home: Path, error: OSError) -> str:
    if error.errno in FULL:
        return f"The disk of the data folder {home} is full: nothing more can be kept. Make room. Or: {ANOTHER}"
    if error.errno in CLOSED:
        return f"The data folder {home} cannot be written to ({error.strerror}). Make it yours. Or: {ANOTHER}"
    if error.errno == errno.ENAMETOOLONG:
        return f"The data folder {str(home)[:60]}… cannot be made: its name is too long. {ANOTHER}"
    if home.is_symlink() and not home.exists():
        return f"The data folder {home} is a link to {home.readlink()}, which is not there. Make that folder. Or: {ANOTHER}"
    blocking = next((place for place in (home, *home.parents) if place.exists() and not place.is_dir()), None)
    if blocking is not None:
        return f"The data folder {home} cannot be made: {blocking} is a file. {ANOTHER}"
    return f"The data folder {home} cannot be used ({error.strerror}). {ANOTHER}"
