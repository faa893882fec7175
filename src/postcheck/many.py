"""Many drafts in order: in this process, or in worker processes with bounded memory."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime
from typing import TYPE_CHECKING, Any

from postcheck.errors import ConfigError
from postcheck.model import Draft, Verdict

if TYPE_CHECKING:
    from postcheck.pipeline import Pipeline

_IN_FLIGHT = 16  # chunks a worker: enough to keep it busy, few enough to keep memory flat
_CHUNK = 16  # drafts a chunk

_Job = tuple[datetime, list["Draft | str"]]
_worker: Pipeline | None = None


def check_many(pipeline: Pipeline, drafts: Iterable[Draft | str], workers: int) -> Iterator[Verdict]:
    """Yield one verdict a draft, in order. See :meth:`postcheck.pipeline.Pipeline.check_many`."""
    if workers < 1:
        raise ConfigError("must be at least 1", key="workers")
    if workers == 1:
        return (pipeline.check_safely(draft) for draft in drafts)
    return _in_processes(pipeline, drafts, workers)


def _in_processes(pipeline: Pipeline, drafts: Iterable[Draft | str], workers: int) -> Iterator[Verdict]:
    waiting: deque[tuple[list[Draft | str], Future[list[Verdict]]]] = deque()
    pool = _pool(pipeline, workers)
    try:
        for chunk in _chunks(drafts):
            try:
                waiting.append((chunk, pool.submit(_check_chunk, (pipeline.read_clock(), chunk))))
            except BrokenProcessPool:
                pool = _pool(pipeline, workers)
                waiting.append((chunk, pool.submit(_check_chunk, (pipeline.read_clock(), chunk))))
            if len(waiting) >= workers * _IN_FLIGHT:
                yield from _collect(pipeline, *waiting.popleft())
        while waiting:
            yield from _collect(pipeline, *waiting.popleft())
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _collect(
    pipeline: Pipeline, chunk: list[Draft | str], future: Future[list[Verdict]]
) -> Iterator[Verdict]:
    try:
        verdicts = future.result()
    except BrokenProcessPool:
        # One of these drafts may have ended the worker: reading them here could end the caller.
        verdicts = [pipeline.unread("pipeline: the worker process ended") for _ in chunk]
    for draft, verdict in zip(chunk, verdicts, strict=True):
        yield verdict.with_draft(draft) if isinstance(draft, Draft) else verdict


def _pool(pipeline: Pipeline, workers: int) -> ProcessPoolExecutor:
    # A forked copy of a process with threads may hang, so workers start afresh.
    return ProcessPoolExecutor(
        workers,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_start,
        initargs=(pipeline.arguments,),
    )


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
