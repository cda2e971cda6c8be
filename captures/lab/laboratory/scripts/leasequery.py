"""Ask a DHCPv6 server whose address that is: ``leasequery.py OWN SERVER ADDRESS DUID``.

RFC 5007, section 4.1: a query by address.
"""

import socket
import struct
import sys

LEASEQUERY, CLIENT_ID, IAADDR, QUERY, BY_ADDRESS = 14, 1, 5, 44, 1
own, server, address, duid = sys.argv[1:5]


def option(code: int, data: bytes) -> bytes:
    """An option."""
    return struct.pack("!HH", code, len(data)) + data


wanted = option(IAADDR, socket.inet_pton(socket.AF_INET6, address) + bytes(8))
query = struct.pack("!B16s", BY_ADDRESS, bytes(16)) + wanted
message = bytes((LEASEQUERY, 1, 2, 3)) + option(CLIENT_ID, bytes.fromhex(duid))
asking = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
asking.settimeout(2)
asking.bind((own, 546))  # where the server sends its answer, whoever asked
asking.sendto(message + option(QUERY, query), (server, 547))
print(asking.recv(2000).hex())
