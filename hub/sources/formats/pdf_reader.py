"""Writes the text of the PDF on stdin to stdout: a process of its own, which :mod:`hub.sources.formats.pdf` starts and ends.

Nothing of hub is imported here, so that it starts in a moment and holds little. It ends with one of the codes below where there
is nothing to write, and is killed by the system where it asks for more than it may.
"""

from __future__ import annotations

import io
import sys

LOCKED, BROKEN, TOO_MUCH = 3, 4, 5
"""Exit codes: a password is asked for, this is no PDF that can be read, it takes too much."""
CHARACTERS, PAGES = 60_000, 200
"""What is read at most: a text is compared by its first 40,000 characters."""
PROCESSOR_S, MEMORY = 10, 1_000_000_000
"""Seconds of the processor and bytes of memory that reading one may take."""


def main() -> int:
    """Read, write, and return the exit code."""
    _bound()
    from pypdf import PdfReader
    from pypdf.errors import LimitReachedError

    found, length = [], 0
    try:
        reader = PdfReader(io.BytesIO(sys.stdin.buffer.read()))
        if reader.is_encrypted and not reader.decrypt(""):
            return LOCKED
        for page in reader.pages[:PAGES]:
            found.append(page.extract_text())
            length += len(found[-1])
            if length > CHARACTERS:
                break
    except (MemoryError, RecursionError, LimitReachedError):
        return TOO_MUCH
    except Exception as e:  # noqa: BLE001 - whatever a broken file makes of a parser
        sys.stderr.write(f"{type(e).__name__}: {e}\n")
        return BROKEN
    sys.stdout.buffer.write("\n".join(found)[:CHARACTERS].encode("utf-8", "replace"))
    return 0


def _bound() -> None:
    """Let the system end this process where it takes more; Windows has no such bound, there the clock's alone holds."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_S, PROCESSOR_S))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


if __name__ == "__main__":
    sys.exit(main())
