"""Many drafts in order: in this process, or in worker processes with bounded memory."""

from __future__ import annotations

import multiprocessing
import pickle
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, nullcontext
from datetime import datetime
from types import ModuleType
from typing import TYPE_CHECKING, Any

from postcheck.errors import ConfigError
from postcheck.model import Draft, Verdict

if TYPE_CHECKING:
    from postcheck.pipeline import Pipeline

_IN_FLIGHT = 16  # chunks a worker: enough to keep it busy, few enough to keep memory flat
_CHUNK = 16  # drafts a chunk

_Job = tuple[datetime, list["Draft | str"]]
_worker: Pipeline | None = None
_main_lock = threading.Lock()


def check_many(pipeline: Pipeline, drafts: Iterable[Draft | str], workers: int) -> Iterator[Verdict]:
    """Yield one verdict a draft, in order. See :meth:`postcheck.pipeline.Pipeline.check_many`."""
    if workers < 1:
        raise ConfigError("must be at least 1", key="workers")
    if workers == 1:
        return (pipeline.check_safely(draft) for draft in drafts)
    return _in_processes(pipeline, drafts, workers)


def _in_processes(pipeline: Pipeline, drafts: Iterable[Draft | str], workers: int) -> Iterator[Verdict]:
    waiting: deque[tuple[_Job, Future[list[Verdict]]]] = deque()
    pool = _Pool(pipeline, workers)
    try:
        for chunk in _chunks(drafts):
            job = (pipeline.read_clock(), chunk)
            waiting.append((job, pool.submit(job)))
            if len(waiting) >= workers * _IN_FLIGHT:
                yield from _collect(pool, *waiting.popleft())
        while waiting:
            yield from _collect(pool, *waiting.popleft())
    finally:
        pool.close()


def _collect(pool: _Pool, job: _Job, future: Future[list[Verdict]]) -> Iterator[Verdict]:
    for draft, verdict in zip(job[1], pool.verdicts(job, future), strict=True):
        yield verdict.with_draft(draft) if isinstance(draft, Draft) else verdict


class _Pool:
    """Worker processes, and what to do when a draft ends one of them.

    A broken pool loses everything that was on its way. Those drafts are then read one at a time in a process
    of their own, so that only the one that ends it goes unread.
    """

    def __init__(self, pipeline: Pipeline, workers: int) -> None:
        try:
            pickle.dumps(pipeline.arguments)
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            raise ConfigError(
                f"with several workers every detector must pickle ({type(error).__name__}): "
                "define it in a module",
                key="detectors",
            ) from None
        self._pipeline = pipeline
        self._workers = workers
        # Workers need the caller's script only for detectors that were defined in it.
        self._bare = all(type(d).__module__ != "__main__" for d in pipeline.arguments["detectors"])
        self._pool = self._started(workers)
        self._lone: ProcessPoolExecutor | None = None
        try:
            self._send(self._pool, (pipeline.read_clock(), [])).result()
        except BrokenProcessPool:
            raise ConfigError(
                'no worker process could start: a script that defines detectors runs under "if __name__ == '
                "'__main__':\", and a detector must be importable",
                key="workers",
            ) from None

    def submit(self, job: _Job) -> Future[list[Verdict]]:
        try:
            return self._send(self._pool, job)
        except BrokenProcessPool:
            self._pool.shutdown(wait=False)
            self._pool = self._started(self._workers)
            return self._send(self._pool, job)

    def _send(self, pool: ProcessPoolExecutor, job: _Job) -> Future[list[Verdict]]:
        # Submitting is what starts processes.
        with _without_main() if self._bare else nullcontext():
            return pool.submit(_check_chunk, job)

    def verdicts(self, job: _Job, future: Future[list[Verdict]]) -> list[Verdict]:
        try:
            return future.result()
        except BrokenProcessPool:
            now, drafts = job
            return [self._alone(now, draft) for draft in drafts]

    def _alone(self, now: datetime, draft: Draft | str) -> Verdict:
        if self._lone is None:
            self._lone = self._started(1)
        try:
            return self._send(self._lone, (now, [draft])).result()[0]
        except BrokenProcessPool:
            self._lone.shutdown(wait=False)
            self._lone = None
            return self._pipeline.unread("pipeline: reading this draft ended the worker process")

    def _started(self, workers: int) -> ProcessPoolExecutor:
        # A forked copy of a process with threads may hang, so workers start afresh.
        return ProcessPoolExecutor(
            workers,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_start,
            initargs=(self._pipeline.arguments,),
        )

    def close(self) -> None:
        for pool in (self._pool, self._lone):
            if pool is not None:
                # Waits for the chunks under way: a pool left half closed complains when Python ends.
                pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _without_main() -> Iterator[None]:
    """Hide the caller's script from a process that is being started.

    A fresh process runs the script again to find what was defined in it, so that a script or a notebook
    without a guard would start itself over and over. Our workers need nothing of it.
    """
    with _main_lock:
        script = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = script


def _start(arguments: dict[str, Any]) -> None:
    global _worker
    from postcheck.pipeline import Pipeline

    _worker = Pipeline(**arguments)


def _check_chunk(job: _Job) -> list[Verdict]:
    now, drafts = job
    if _worker is None:
        raise RuntimeError("the worker was not started")
    return [_worker.at(now).check_safely(draft) for draft in drafts]


def _chunks(drafts: Iterable[Draft | str]) -> Iterator[list[Draft | str]]:
    chunk: list[Draft | str] = []
    for draft in drafts:
        chunk.append(draft)
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
