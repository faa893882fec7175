"""The guards of conftest.py must bite: a guard that lets everything through looks like success."""

from __future__ import annotations

import socket
import warnings

import pytest

from conftest import NOW, NetworkBlocked

# Documentation addresses (RFC 5737, 3849) and a reserved name: harmless should the guard fail.
OUTSIDE = ["192.0.2.1", "2001:db8::1"]


@pytest.mark.parametrize("host", OUTSIDE)
@pytest.mark.parametrize("method", ["connect", "connect_ex"])
def test_connecting_outside_is_refused(host: str, method: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as sock:
        sock.settimeout(0.2)
        with pytest.raises(NetworkBlocked):
            getattr(sock, method)((host, 80))


def test_datagrams_outside_are_refused() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock, pytest.raises(NetworkBlocked):
        sock.sendto(b"x", (OUTSIDE[0], 53))


@pytest.mark.parametrize("lookup", ["getaddrinfo", "gethostbyname", "gethostbyname_ex"])
def test_looking_up_a_name_is_refused(lookup: str) -> None:
    arguments = ("postcheck.invalid", 443) if lookup == "getaddrinfo" else ("postcheck.invalid",)
    with pytest.raises(NetworkBlocked):
        getattr(socket, lookup)(*arguments)


def test_a_client_library_is_refused() -> None:
    import requests

    with pytest.raises(NetworkBlocked):
        requests.get("https://postcheck.invalid/", timeout=1)


def test_loopback_works() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(("localhost", server.getsockname()[1]), timeout=2) as client,
    ):
        client.sendall(b"hello")
        peer, _ = server.accept()
        with peer:
            assert peer.recv(5) == b"hello"


def test_a_warning_is_an_error() -> None:
    with pytest.raises(DeprecationWarning, match="old"):
        warnings.warn("old", DeprecationWarning, stacklevel=1)


def test_the_clock_stands_still(now) -> None:
    assert now() == now() == NOW
    assert NOW.tzinfo is not None
