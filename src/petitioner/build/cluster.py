"""Make letters on the workers of a Dask cluster. Tasks only return files: nothing is sent or printed there."""

from collections.abc import Iterator, Mapping
from concurrent.futures import CancelledError, Executor
from contextlib import contextmanager, suppress
from functools import partial

from petitioner.build.formats import describe_machine
from petitioner.build.workers import Workers
from petitioner.errors import PetitionerError
from petitioner.model.theme import Theme
from petitioner.render import report_missing_library

with report_missing_library("distributed"):
    from distributed import Client
    from distributed.scheduler import KilledWorker

_PATIENCE = 10  # seconds until a scheduler must answer, and have a worker
_START = "Start each worker with: dask worker ADDRESS --nthreads 1"


def use_cluster(address: str, theme: Theme) -> Workers:
    """Return the workers of the scheduler at ``address``, such as ``tcp://127.0.0.1:8786``.

    Raises PetitionerError if none answers, or if a worker would make other files than this machine.
    """
    with _connect(address) as client:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError:
            raise PetitionerError(f"The scheduler at {address} has no worker.", _START) from None
        threads = client.nthreads()
        if any(count > 1 for count in threads.values()):  # WeasyPrint's messages are collected for a whole process
            raise PetitionerError(f"A worker at {address} makes several letters at once in one process.", _START)
        _compare_machines(client.run(describe_machine, theme), describe_machine(theme))
    return Workers(len(threads), partial(_open_cluster, address), (KilledWorker, CancelledError))


def _compare_machines(workers: Mapping[str, Mapping[str, str]], here: Mapping[str, str]) -> None:
    different = [
        f"{worker} has {name} {found.get(name, 'not at all')}, and here it is {wanted}"
        for worker, found in workers.items()
        for name, wanted in here.items()
        if found.get(name) != wanted
    ]
    if different:
        hint = "Install the same versions and fonts there and here, so that all letters are alike."
        raise PetitionerError(f"The workers would make other files: {'; '.join(different)}.", hint)


@contextmanager
def _open_cluster(address: str) -> Iterator[Executor]:
    with _connect(address) as client:
        executor = client.get_executor(pure=False)
        try:
            yield executor
        finally:
            with suppress(CancelledError):
                executor.shutdown(wait=False)


@contextmanager
def _connect(address: str) -> Iterator[Client]:
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:  # TimeoutError is an OSError
        hint = "Start one with: dask scheduler    Its first lines name the address."
        raise PetitionerError(f"No scheduler answers at {address}: {error}.", hint) from error
    with client:
        yield client
