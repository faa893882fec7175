"""What every test gets: no network, a fixed present, and Hypothesis without a stopwatch."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from postcheck import Pipeline

# An ordinary Tuesday, far from any poll: 10 o'clock in London.
NOW = datetime(2026, 9, 15, 9, 0, tzinfo=UTC)

# Same examples each run, and no deadline: continuous integration shares its processor.
settings.register_profile("postcheck", derandomize=True, deadline=None)
settings.load_profile("postcheck")

_patches = pytest.MonkeyPatch()


class NetworkBlocked(RuntimeError):
    """A test tried to reach something beyond this machine."""


def _is_local(host: object) -> bool:
    if host in (None, "", "localhost", b"localhost"):
        return True
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(text.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _guard_address(real: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(sock: socket.socket, *args: Any) -> Any:
        address = args[-1] if args else None
        if sock.family in (socket.AF_INET, socket.AF_INET6) and isinstance(address, tuple):
            _refuse_unless_local(address[0])
        return real(sock, *args)

    return guarded


def _guard_host(real: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(host: Any, *args: Any, **kwargs: Any) -> Any:
        _refuse_unless_local(host)
        return real(host, *args, **kwargs)

    return guarded


def _refuse_unless_local(host: object) -> None:
    if not _is_local(host):
        raise NetworkBlocked(f"tests run without network; something asked for {host!r}")


_REAL_METHODS = {name: getattr(socket.socket, name) for name in ("connect", "connect_ex", "sendto")}
_REAL_LOOKUPS = {name: getattr(socket, name) for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex")}


def _block_network(patch: pytest.MonkeyPatch) -> None:
    for name, real in _REAL_METHODS.items():
        patch.setattr(socket.socket, name, _guard_address(real))
    for name, real in _REAL_LOOKUPS.items():
        patch.setattr(socket, name, _guard_host(real))


def pytest_configure() -> None:
    # Modules are imported, and may do mischief, before any fixture runs.
    _block_network(_patches)


def pytest_unconfigure() -> None:
    _patches.undo()


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    # Again for each test: some pytest plugins put the real functions back after one.
    _block_network(monkeypatch)


@pytest.fixture(scope="session")
def now() -> Callable[[], datetime]:
    """A clock that stands still, for ``Pipeline(now=...)``."""
    return lambda: NOW


@pytest.fixture(scope="session")
def pipeline(now: Callable[[], datetime]) -> Pipeline:
    """The default pipeline at the fixed present, built once."""
    from postcheck import Pipeline

    return Pipeline.default(now=now)
