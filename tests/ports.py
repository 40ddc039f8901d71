"""Ports for programs that must be told theirs before they listen."""

import random
import socket


def free_port() -> int:
    """Return a port of loopback on which nobody listens, neither by TCP nor by UDP.

    It is even, for the port after it carries the reports on a sound (RFC 3550), and above those of
    our own calls. It lies below those that systems give to outgoing connections (Linux: 32768 and
    up), so that none of them can take it between this look and the program's start.
    """
    while True:
        port = random.randrange(21_000, 32_000, 2)  # noqa: S311 - two processes seldom choose the same
        with socket.socket() as probe, socket.socket(type=socket.SOCK_DGRAM) as datagrams:
            try:
                probe.bind(("127.0.0.1", port))
                datagrams.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
