"""Listen for some seconds (RFC 3678): ``listen.py INTERFACE SECONDS GROUP[,SOURCE] …``."""

import socket
import struct
import sys
import time

JOIN_GROUP, JOIN_SOURCE = 42, 46


def storage(address: str) -> bytes:
    """A sockaddr_storage for an IPv6 address."""
    octets = socket.inet_pton(socket.AF_INET6, address)
    return (struct.pack("=H6x", socket.AF_INET6) + octets).ljust(128, b"\0")


interface = socket.if_nametoindex(sys.argv[1])
listener = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
for wanted in sys.argv[3:]:
    group, _, source = wanted.partition(",")
    value = struct.pack("=I4x", interface) + storage(group)
    if source:
        listener.setsockopt(socket.IPPROTO_IPV6, JOIN_SOURCE, value + storage(source))
    else:
        listener.setsockopt(socket.IPPROTO_IPV6, JOIN_GROUP, value)
time.sleep(float(sys.argv[2]))
listener.close()
time.sleep(1)
