"""LanceDB is loaded without the clients of a server that nobody here asks: they take two fifths of the time of its import.

``lancedb`` needs the models of ``lance_namespace_urllib3_client``; that package, once imported, brings its clients along.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec, module_from_spec
from typing import Any

CLIENTS = "lance_namespace_urllib3_client"


def without_clients() -> None:
    """Let the import of LanceDB that follows leave the clients out; who asks for one later gets it.

    Nothing happens where they are loaded already, or where LanceDB comes without them.
    """
    spec = None if CLIENTS in sys.modules else find_spec(CLIENTS)
    if spec is None or spec.loader is None:
        return
    package, loader = module_from_spec(spec), spec.loader

    def whole(name: str) -> Any:
        if name.startswith("__"):  # what looks over all modules asks for these
            raise AttributeError(f"module {CLIENTS!r} has no attribute {name!r}")
        vars(package).pop("__getattr__", None)
        loader.exec_module(package)
        return getattr(package, name)

    vars(package)["__getattr__"] = whole
    sys.modules[CLIENTS] = package
