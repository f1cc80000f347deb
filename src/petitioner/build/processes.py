"""Processes that make letters, each with a pipe of its own.

All processes of a ``ProcessPoolExecutor`` write into one pipe, and wait for its lock. If one is killed while it writes,
the rest of its result never comes and the lock is never given back, so that all others wait for ever.
"""

import gc
import logging
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager, suppress
from io import StringIO
from multiprocessing.connection import Connection
from queue import Empty, SimpleQueue
from traceback import format_exc
from typing import Any, ParamSpec, TypeAlias, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

Call: TypeAlias = tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]
"""A function with its arguments."""


@contextmanager
def open_processes(count: int) -> Iterator[Executor]:
    """Start processes that end with this one, also when it is interrupted."""
    # The processes share the memory that they inherit until one writes to it. A collection of garbage would write to
    # every object.
    gc.freeze()
    with ProcessPool(count) as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            pool.terminate()
            raise
        finally:
            gc.unfreeze()


class ProcessPool(Executor):
    """Processes that call functions. A thread for each gives it one call after the other.

    A call has the exception ``BrokenExecutor`` if its process ended. After that, no more calls are taken.
    """

    def __init__(self, count: int) -> None:
        # A fork inherits what is loaded. macOS does not allow it after its own libraries were used.
        is_linux = sys.platform == "linux"
        context = multiprocessing.get_context("fork") if is_linux else multiprocessing.get_context("spawn")
        self._calls: SimpleQueue[tuple[Future[Any], Call] | None] = SimpleQueue()
        self._is_broken = self._is_shut_down = False
        self._processes: list[multiprocessing.process.BaseProcess] = []
        pipes: list[Connection[Any, Any]] = []
        for _ in range(count):
            own, other = context.Pipe()
            process = context.Process(target=_serve, args=(other,), daemon=True)
            process.start()
            other.close()  # only the process has it now, so that the pipe ends with it
            self._processes.append(process)
            pipes.append(own)
        # A process that is forked while a thread runs may wait for ever, so all processes come first.
        self._threads = [threading.Thread(target=self._give_calls, args=(pipe,), daemon=True) for pipe in pipes]
        for thread in self._threads:
            thread.start()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Let a process call a function. Raises ``BrokenExecutor`` after a process has ended."""
        if self._is_broken:
            raise BrokenExecutor("a process ended unexpectedly")
        future: Future[T] = Future()
        self._calls.put((future, (fn, args, kwargs)))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - as in Executor
        """End the processes when they have done all calls, or the present ones only, with ``cancel_futures``."""
        if cancel_futures:
            with suppress(Empty):
                while call := self._calls.get_nowait():
                    call[0].cancel()
        if not self._is_shut_down or cancel_futures:
            for _ in self._threads:
                self._calls.put(None)
        self._is_shut_down = True
        if wait:
            for thread in self._threads:
                thread.join()
            for process in self._processes:
                process.join()

    def terminate(self) -> None:
        """End the processes now."""
        for process in self._processes:
            process.terminate()

    def _give_calls(self, pipe: "Connection[Any, Any]") -> None:
        while waiting := self._calls.get():
            future, call = waiting
            if not future.set_running_or_notify_cancel():
                continue
            try:
                pipe.send(call)
                result, error = pipe.recv()
            except (EOFError, OSError):
                self._is_broken = True
                future.set_exception(BrokenExecutor("a process ended unexpectedly"))
            except Exception as fault:  # noqa: BLE001 - what cannot be pickled; whoever waits for the result gets it
                future.set_exception(fault)
            else:
                future.set_exception(error) if error else future.set_result(result)
        with suppress(OSError):
            pipe.send(None)
        pipe.close()


def _serve(pipe: "Connection[Any, Any]") -> None:
    """Call functions in a process until the first process wants no more, or has ended."""
    _prepare()
    with suppress(EOFError, OSError):
        while call := pipe.recv():
            pipe.send(_call(call))


def _call(call: Call) -> tuple[Any, Exception | None]:
    function, positional, named = call
    try:
        return function(*positional, **named), None
    except Exception as error:  # noqa: BLE001 - the first process raises it
        error.add_note(format_exc())
        return None, error


def _prepare() -> None:
    """Leave Ctrl-C, results and messages to the first process, and end when that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.getLogger("petitioner").handlers.clear()
    sys.stdout = StringIO()  # some libraries print there
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)
