"""Work in parts, done here, or by the machines of a Dask cluster where ``HUB_DASK`` names one.

What a part gives depends on the part alone, and results come in the order of the parts: a worker that is killed changes nothing,
its parts are done again by another.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from threadpoolctl import threadpool_limits

from hub.errors import SharedDataError
from hub.i18n.messages import Said
from hub.settings import settings

if TYPE_CHECKING:
    from distributed import Client

P = TypeVar("P")
R = TypeVar("R")
AHEAD = 3
"""Parts for each thread of the cluster that wait or are done before they are asked for: what they hold is in memory."""
AGAIN = 5
"""How often a part is begun anew when its worker dies."""
WAIT_S = 30.0
MISSING = "HUB_DASK needs packages that are not installed ({why}): pip install 'academichub[cluster]'."
NO_ANSWER = "The Dask scheduler {address} of HUB_DASK does not answer ({why}). Start it (`dask scheduler`), or unset HUB_DASK."
NO_WORKER = "No worker has come to the Dask scheduler {address}: start one on each machine (`dask worker {address}`)."
GAVE_UP = "The cluster could not do a part of the work: its workers died {times} times. Look at their logs: memory is often why."


def is_spread() -> bool:
    """Return whether a cluster does the work."""
    return bool(settings().dask)


def mapped(function: Callable[..., R], parts: Iterable[P], shared: object = None, threads: bool = False) -> Iterator[R]:
    """Yield ``function(part)`` for each part, in order; ``function(shared, part)`` where something is ``shared``.

    Parameters
    ----------
    function
        Of a module of hub, so that other machines know it.
    parts
        Read as far ahead as the cluster has threads for; without a cluster one at a time.
    shared
        What every part needs; it goes to each machine once.
    threads
        Without a cluster each processor does parts, in a thread: for what multiplies small matrices, where two threads that
        share one product wait for each other. Else one part is done after the other.

    Raises
    ------
    SharedDataError
        When the cluster cannot be reached, has no worker, or its workers die again and again.
    """
    if is_spread():
        return _on_cluster(settings().dask, function, parts, shared)
    done = function if shared is None else partial(function, shared)
    return _on_threads(done, parts) if threads else map(done, parts)


def _on_threads(function: Callable[[P], R], parts: Iterable[P]) -> Iterator[R]:
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(function, parts)


def _on_cluster(address: str, function: Callable[..., R], parts: Iterable[P], shared: object) -> Iterator[R]:
    from distributed import CancelledError, KilledWorker
    from distributed.comm import CommClosedError

    client = _client(address)
    threads = sum(client.nthreads().values())
    rest = iter(parts)
    given = () if shared is None else (client.scatter(shared, broadcast=True, hash=False),)

    def begun(count: int) -> list[Any]:
        return [client.submit(function, *given, part, pure=False, retries=AGAIN) for part in islice(rest, count)]

    waiting = deque(begun(AHEAD * threads))
    try:
        while waiting:
            done = waiting.popleft()
            result: R = done.result()
            done.release()
            waiting.extend(begun(1))
            yield result
    except KilledWorker as e:
        raise SharedDataError(Said(GAVE_UP, times=AGAIN)) from e
    except (CancelledError, CommClosedError, OSError) as e:
        _client.cache_clear()
        raise SharedDataError(Said(NO_ANSWER, address=address, why=str(e).splitlines()[0][:200])) from e
    finally:
        for future in waiting:
            future.cancel()


@lru_cache(maxsize=1)
def _client(address: str) -> Client:
    try:
        from distributed import Client
    except ImportError as e:
        raise SharedDataError(Said(MISSING, why=e)) from e
    try:
        client = Client(address, timeout=WAIT_S, set_as_default=False)
    except (OSError, ValueError, TypeError) as e:
        raise SharedDataError(Said(NO_ANSWER, address=address, why=(str(e).splitlines() or [""])[0][:200])) from e
    try:
        client.wait_for_workers(1, timeout=WAIT_S)
    except TimeoutError as e:
        client.close()
        raise SharedDataError(Said(NO_WORKER, address=address)) from e
    return client
