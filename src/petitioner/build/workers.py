"""Make many letters on all cores, in order, and go on when a process ends unexpectedly."""

import logging
import os
import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from logging.handlers import QueueHandler

from petitioner.build.letter_files import LetterFiles, LetterMaker, Task
from petitioner.build.processes import open_processes

_WARM_UP = 24  # letters: those of a few missions in three languages, before which a new process saves no time
_LARGEST_BATCH = 16  # letters: a batch that takes long would leave the other cores without work at the end
_RENEWED = 1000  # letters: until then a process has copied most of the memory that it shared with the first one
_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Workers:
    """``count`` processes that make letters. ``open`` starts them; an exception in ``lost`` means that one ended.

    The first ``warm_up`` letters are made without them: a process costs as much as several letters, and inherits what
    was loaded and laid out before. New processes replace the others after ``renewed_after`` letters of each, so that
    memory does not grow with the number of letters; 0 never.
    """

    count: int
    open: Callable[[], AbstractContextManager[Executor]]
    lost: tuple[type[Exception], ...] = (BrokenExecutor,)
    warm_up: int = _WARM_UP
    renewed_after: int = 0


def use_all_cores() -> Workers:
    """Return one worker for each core that this process may use."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return Workers(count, lambda: open_processes(count), renewed_after=_RENEWED)


def make_in_order(maker: LetterMaker, tasks: Iterable[Task], workers: Workers) -> Iterator[LetterFiles]:
    """Yield the files of each letter, in the order of the tasks.

    The first letters are made in this process. A letter whose process ends twice has the problem B906.
    """
    remaining, made = iter(tasks), 0
    for task in remaining:
        yield maker.make(task)
        made += bool(task.endings)
        if made == workers.warm_up and workers.count > 1:
            break
    with ExitStack() as opened:
        yield from _Batches(maker, workers, opened).make(remaining)


@dataclass(frozen=True, slots=True)
class _MadeBatch:
    files: list[LetterFiles]
    records: list[logging.LogRecord]


class _Batches:
    """Hands batches of letters to workers, and makes those again whose worker ended."""

    def __init__(self, maker: LetterMaker, workers: Workers, opened: ExitStack) -> None:
        self._maker = maker
        self._workers = workers
        self._opened = opened
        self._executor: Executor | None = None
        self._packed = b""
        self._given = 0

    def make(self, tasks: Iterable[Task]) -> Iterator[LetterFiles]:
        """Yield the files of each letter in order, with no more than a few batches in memory."""
        waiting: deque[tuple[list[Task], Future[_MadeBatch]]] = deque()
        for batch in self._divide(tasks):
            waiting.append((batch, self._submit(batch)))
            if len(waiting) > 2 * self._workers.count:
                yield from self._wait_for(*waiting.popleft())
        while waiting:
            yield from self._wait_for(*waiting.popleft())

    def _divide(self, tasks: Iterable[Task]) -> Iterator[list[Task]]:
        """Yield batches that grow, so that few letters are spread over all workers too."""
        batch: list[Task] = []
        sent = 0
        for task in tasks:
            batch.append(task)
            if len(batch) >= min(_LARGEST_BATCH, 2 + sent // (4 * self._workers.count)):
                yield batch
                sent, batch = sent + len(batch), []
        if batch:
            yield batch

    def _submit(self, batch: list[Task]) -> Future[_MadeBatch]:
        if not any(task.endings for task in batch):  # all files are current
            finished: Future[_MadeBatch] = Future()
            finished.set_result(_MadeBatch([LetterFiles() for _ in batch], []))
            return finished
        if self._executor is None:
            self._packed = _pack_maker(self._maker)
            self._executor = self._opened.enter_context(self._workers.open())
        elif 0 < self._workers.renewed_after * self._workers.count <= self._given:
            self._executor.shutdown()  # when they have done what they were given, so that memory never holds both
            self._executor, self._given = self._opened.enter_context(self._workers.open()), 0
        self._given += len(batch)
        try:
            return self._executor.submit(_make_batch, self._packed, batch)
        except self._workers.lost:
            self._executor = self._opened.enter_context(self._workers.open())
            return self._executor.submit(_make_batch, self._packed, batch)

    def _wait_for(self, batch: list[Task], future: Future[_MadeBatch]) -> Iterator[LetterFiles]:
        try:
            made = future.result()
        except self._workers.lost:
            _LOGGER.info("a process ended unexpectedly; its letters are made again, each in a process of its own")
            for task in batch:
                yield _make_alone(self._maker, task)
            return
        for record in made.records:
            logging.getLogger(record.name).handle(record)
        yield from made.files


class _RecordCollector(QueueHandler):
    """Collects log records, which only the first process shows."""

    def __init__(self) -> None:
        self.records: list[logging.LogRecord] = []
        super().__init__(self.records)  # type: ignore[arg-type]  # any object that enqueue understands

    def enqueue(self, record: logging.LogRecord) -> None:
        self.records.append(record)


_makers: dict[bytes, LetterMaker] = {}
"""The last maker by its packed form: what is kept of letters before belongs to its theme, the object itself."""


def _pack_maker(maker: LetterMaker) -> bytes:
    """Return a maker as bytes for workers, and keep it for those that are forked."""
    packed = pickle.dumps(maker)
    _makers.clear()
    _makers[packed] = maker
    return packed


def _unpack_maker(packed: bytes) -> LetterMaker:
    if packed not in _makers:
        _makers.clear()
        _makers[packed] = pickle.loads(packed)  # noqa: S301 - from the first process
    return _makers[packed]


def _make_batch(packed: bytes, batch: list[Task]) -> _MadeBatch:
    """Make letters in a worker."""
    maker = _unpack_maker(packed)
    collector = _RecordCollector()
    logger = logging.getLogger("petitioner")
    logger.addHandler(collector)
    try:
        return _MadeBatch([maker.make(task) for task in batch], collector.records)
    finally:
        logger.removeHandler(collector)


def _make_alone(maker: LetterMaker, task: Task) -> LetterFiles:
    """Make a letter again in a process of its own. If that ends too, the letter is the cause."""
    try:
        with open_processes(1) as executor:
            return executor.submit(_make_batch, _pack_maker(maker), [task]).result().files[0]
    except BrokenExecutor:
        return maker.report_lost(task)
