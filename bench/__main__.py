"""Run the measurements of all rooms, or of those named: ``python -m bench topics trends``."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import bench


def main(names: list[str]) -> int:
    """Run ``main()`` of each module of this folder that is named, or of all of them."""
    rooms = sorted(module.name for module in pkgutil.iter_modules(bench.__path__) if not module.name.startswith("_"))
    unknown = [name for name in names if name not in rooms]
    if unknown:
        print(f"bench: there is no {unknown[0]!r}; there are: {', '.join(rooms)}", file=sys.stderr)
        return 2
    for name in names or rooms:
        print(f"== {name}", flush=True)
        importlib.import_module(f"bench.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
