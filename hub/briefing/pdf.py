"""A briefing's HTML as PDF, by a browser of this machine; offered only where there is one."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from hub.errors import BriefingError

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "msedge")
_WITHIN_S = 60
_QUIET = (
    "--headless", "--disable-gpu", "--no-first-run", "--disable-extensions", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-pdf-header-footer", "--run-all-compositor-stages-before-draw",
)  # fmt: skip


def browser() -> str:
    """Return the path of a browser that prints, "" where there is none."""
    return next((path for path in map(shutil.which, BROWSERS) if path), "")


def printed(page: bytes) -> bytes:
    """Return one HTML file, which loads nothing, as PDF.

    Raises
    ------
    BriefingError
        When there is no browser, or it prints nothing.
    """
    path = browser()
    if not path:
        raise BriefingError("A PDF needs Chromium or Chrome on this machine: install one, or print the HTML file from a browser.")
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "briefing.html", Path(folder) / "briefing.pdf"
        source.write_bytes(page)
        root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []  # it refuses root otherwise
        command = [path, *_QUIET, *root, f"--user-data-dir={folder}/profile", f"--print-to-pdf={target}", source.as_uri()]
        try:
            ran = subprocess.run(command, capture_output=True, text=True, timeout=_WITHIN_S, check=False)
        except subprocess.TimeoutExpired as e:
            raise BriefingError(f"{Path(path).name} printed nothing within {_WITHIN_S} s: take the HTML file instead.") from e
        if not target.exists():
            last = ran.stderr.strip().splitlines()[-1:] or ["no message"]
            raise BriefingError(f"{Path(path).name} could not print the PDF ({last[0][:200]}): take the HTML file instead.")
        return target.read_bytes()
