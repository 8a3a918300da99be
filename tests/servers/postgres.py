"""A PostgreSQL of Debian's on a loopback port, in a folder of its own; nothing of the machine's own database is touched."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def binaries() -> Path | None:
    """Return the folder of initdb and postgres, None where PostgreSQL is not installed."""
    found = [Path(at).resolve().parent for at in (shutil.which("postgres"),) if at]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in found if (folder / "initdb").exists()), None)


def missing() -> str:
    """Return why no PostgreSQL can be started here, empty where one can."""
    if binaries() is None:
        return "PostgreSQL is not installed (apt-get install postgresql)"
    if os.geteuid() == 0 and "postgres" not in {entry.pw_name for entry in pwd.getpwall()}:
        return "PostgreSQL does not run as root, and there is no user postgres"
    return ""


@contextmanager
def serving() -> Iterator[str]:
    """Yield the address of an empty database."""
    programs = binaries()
    assert programs is not None
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = Path(tempfile.mkdtemp(prefix="hub-postgres-"))
    who = {"user": "postgres"} if os.geteuid() == 0 else {}
    if who:
        shutil.chown(folder, "postgres")
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT, "cwd": folder, **who}
    server = None
    try:
        subprocess.run([programs / "initdb", "-D", folder / "data", "-U", "hub", "-A", "trust", "--no-sync", "-E", "UTF8"],
                       check=True, **quiet)  # type: ignore[call-overload]  # fmt: skip
        quick = ("fsync=off", "listen_addresses=127.0.0.1", f"unix_socket_directories={folder}", f"port={port}")
        server = subprocess.Popen(
            [programs / "postgres", "-D", folder / "data", *(word for option in quick for word in ("-c", option))], **quiet
        )  # type: ignore[call-overload]
        while subprocess.run([programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]).returncode:
            assert server.poll() is None, "PostgreSQL ended at its start"
            time.sleep(0.05)
        yield f"postgresql://hub@127.0.0.1:{port}/postgres"
    finally:
        if server is not None:
            server.send_signal(signal.SIGINT)  # ends also with open connections
            server.wait()
        shutil.rmtree(folder, ignore_errors=True)
