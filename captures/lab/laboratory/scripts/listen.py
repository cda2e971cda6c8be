"""Listen for some seconds (RFC 3678): ``listen.py INTERFACE SECONDS GROUP[,SOURCE] …``."""

import socket
import sys
import time

from membership import JOIN_GROUP, JOIN_SOURCE, request

interface = socket.if_nametoindex(sys.argv[1])
listener = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
for wanted in sys.argv[3:]:
    group, _, source = wanted.partition(",")
    option = JOIN_SOURCE if source else JOIN_GROUP
    listener.setsockopt(socket.IPPROTO_IPV6, option, request(interface, group, source))
time.sleep(float(sys.argv[2]))
listener.close()
time.sleep(1)
