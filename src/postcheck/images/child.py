"""The process that decodes: it reads files from standard input and answers on standard output.

Started by `guard.py`, which kills it when it takes too long and starts another when it has died.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import warnings

# Above what the libraries take once loaded. The largest picture allowed needs about half of it.
_ROOM_BYTES = 400_000_000


def main() -> None:
    """Decode until standard input ends."""
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program that we serve
    source, target = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # A library that prints must not get between our messages.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    from postcheck.images.decode import decode, load_decoders
    from postcheck.images.picture import ImageLimits
    from postcheck.images.wire import answer, receive, send

    load_decoders()
    _limit_memory()
    send(target, {"ready": True})
    while True:
        try:
            header, data = receive(source)
        except EOFError:
            return
        reply, pixels = answer(decode(data, ImageLimits(**header)))
        send(target, reply, *pixels)
        del header, data, reply, pixels


def _limit_memory() -> None:
    """Refuse ourselves more memory than one picture needs, and core dumps, where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (_address_space() + _ROOM_BYTES,) * 2)


def _address_space() -> int:
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 600_000_000  # no such file on macOS; about what the libraries reserve
