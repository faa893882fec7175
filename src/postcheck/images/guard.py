"""Decoding in a process of its own, so that no file takes the caller along.

One such process serves all threads. It starts with the first image, limits its own memory, is killed when a
file takes too long, and is replaced when it has died.
"""

from __future__ import annotations

import atexit
import json
import os
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import spawn

from postcheck.images.picture import ImageLimits, Picture, Unreadable
from postcheck.images.wire import outcome_of, question, receive, send

# Not "-m": the process must find the same packages as this one, wherever its sys.path came from.
_PROGRAM = (
    "import sys, json; sys.path[:] = json.loads(sys.stdin.buffer.readline());"
    " from postcheck.images.child import main; main()"
)
_START_SECONDS = 30
_CRASHED = Unreadable("unreadable", "makes the decoder fail")
_TOO_SLOW = Unreadable("too-large", "takes too long to open")
_NO_PROCESS = Unreadable("unreadable", "cannot be opened safely: no process could be started for it")


# Closing their pipes could send what another thread of the parent was about to write.
_left_alone: list[subprocess.Popen[bytes]] = []


class _Guard:
    """The decoding process, and what to do when it dies."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def decode(self, data: bytes, limits: ImageLimits) -> Picture | Unreadable:
        """Decode one file; another thread's is waited for."""
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self.close()
                if not self._start():
                    return _NO_PROCESS
            return self._ask(data, limits)

    def _ask(self, data: bytes, limits: ImageLimits) -> Picture | Unreadable:
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        outcome: Picture | Unreadable | None = None
        with _deadline(process, limits.max_seconds) as late:
            try:
                send(process.stdin, question(limits), data)
                outcome = outcome_of(*receive(process.stdout))
            except Exception:  # a broken pipe, an end of file, or nonsense from a process that went wrong
                return _TOO_SLOW if late.is_set() else _CRASHED
            finally:
                if outcome is None:  # also when the user interrupts: half an answer is in the pipe
                    self.close()
        return outcome

    def _start(self) -> bool:
        # Libraries that start a thread for each processor reserve memory for each.
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        try:
            process = self._process = subprocess.Popen(
                [spawn.get_executable() or sys.executable, "-c", _PROGRAM],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # decoders quote files in their complaints
                env=environment,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
            assert process.stdin is not None
            assert process.stdout is not None
            with _deadline(process, _START_SECONDS):
                process.stdin.write(json.dumps(sys.path).encode() + b"\n")
                process.stdin.flush()
                receive(process.stdout)
        except (OSError, EOFError, ValueError, struct.error):
            self.close()
            return False
        return True

    def close(self) -> None:
        """End the process, at once."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:  # it was full, and nobody is there to read it
                    continue
        process.wait()

    def forget(self) -> None:
        """In a forked copy: leave the process to the parent, whose it is."""
        if self._process is not None:
            self._process.returncode = 0  # not ours to wait for
            _left_alone.append(self._process)
        self._lock, self._process = threading.Lock(), None


@contextmanager
def _deadline(process: subprocess.Popen[bytes], seconds: float) -> Iterator[threading.Event]:
    """Kill the process if this takes longer; whoever waits for it then reads an end of file."""
    late = threading.Event()

    def stop() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()


_guard = _Guard()
atexit.register(_guard.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=lambda: _guard.forget())


def decode_guarded(data: bytes, limits: ImageLimits) -> Picture | Unreadable:
    """Decode a file in the guarded process."""
    return _guard.decode(data, limits)
