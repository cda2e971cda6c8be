"""Send to groups: ``talk.py INTERFACE TIMES GROUP …``, five times a second, hop limit 10."""

import socket
import sys
import time

sender = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
index = socket.if_nametoindex(sys.argv[1])
sender.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
sender.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 10)
for _ in range(int(sys.argv[2])):
    for group in sys.argv[3:]:
        sender.sendto(b"to the group", (group, 5000))
    time.sleep(0.2)
