"""Half a megabyte over TCP: ``bulk.py receive``, ``bulk.py send ADDRESS``."""

import socket
import sys

PORT, OCTETS = 5001, 1 << 19


def receive() -> None:
    """Take one connection and read it to its end."""
    listener = socket.socket(socket.AF_INET6)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("::", PORT))
    listener.listen()
    connection, _ = listener.accept()
    while connection.recv(1 << 20):
        pass


def send(address: str) -> None:
    """Send it in as few segments as the kernel makes."""
    connection = socket.create_connection((address, PORT))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 << 20)
    connection.sendall(b"x" * OCTETS)
    connection.close()


if sys.argv[1] == "receive":
    receive()
else:
    send(sys.argv[2])
