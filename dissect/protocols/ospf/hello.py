"""Hello packets, by which neighbours find each other (RFC 2328, A.3.2; RFC 5340, A.3.2).

0               8               16                             32
+---------------------------------------------------------------+
|                         Network Mask                          |  version 2
+-------------------------------+---------------+---------------+
|         HelloInterval         |    Options    |   Priority    |
+-------------------------------+---------------+---------------+
|                      RouterDeadInterval                       |
+---------------------------------------------------------------+
|                         Interface ID                          |  version 3
+---------------+-----------------------------------------------+
|   Priority    |                    Options                    |
+---------------+---------------+-------------------------------+
|         HelloInterval         |      RouterDeadInterval       |
+-------------------------------+-------------------------------+
|     Designated Router, Backup Designated Router (both)        |
|     Router IDs of the neighbours heard of                     |
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tree import Field
from dissect.engine.values import IPV4, U8, U32
from dissect.protocols.ospf.common import Speaker
from dissect.protocols.ospf.options import (
    AUTHENTICATED_3,
    SIGNALLING_2,
    SIGNALLING_3,
    options_2,
    options_3,
)

_PRIORITY = ("priority", "ospf.hello.router_priority", "Router Priority", U8)
_INTERVAL = ("interval", "ospf.hello.hello_interval", "Hello Interval [sec]", U32)
_DEAD = ("dead", "ospf.hello.router_dead_interval", "Router Dead Interval [sec]", U32)
_DESIGNATED = ("designated", "ospf.hello.designated_router", "Designated Router")
_BACKUP = ("backup", "ospf.hello.backup_designated_router", "Backup Designated Router")


class Hello2(Header):
    """Version 2's, 20 octets in front of the neighbours."""

    __hdr__ = (
        ("mask", "4s", bytes(4)), ("interval", "H", 10), ("options", "B", 2),
        ("priority", "B", 1), ("dead", "I", 40), ("designated", "4s", bytes(4)),
        ("backup", "4s", bytes(4)),
    )  # fmt: skip
    names = (
        F("mask", "ospf.hello.network_mask", "Network Mask"),
        F(*_INTERVAL), options_2(), F(*_PRIORITY), F(*_DEAD), F(*_DESIGNATED), F(*_BACKUP),
    )  # fmt: skip


class Hello3(Header):
    """Version 3's, 20 octets in front of the neighbours."""

    __hdr__ = (
        ("interface", "I", 1), ("_word", "I", 0x01000013), ("interval", "H", 10),
        ("dead", "H", 40), ("designated", "4s", bytes(4)), ("backup", "4s", bytes(4)),
    )  # fmt: skip
    __bit_fields__ = {"_word": (("priority", 8), ("options", 24))}
    names = (
        F("interface", "ospf.hello.interface_id", "Interface ID"),
        F(*_PRIORITY, span=(4, 1)), options_3(5), F(*_INTERVAL), F(*_DEAD), F(*_DESIGNATED),
        F(*_BACKUP),
    )  # fmt: skip


HELLO = Field("ospf.hello", "OSPF Hello Packet")
NEIGHBOUR = Field("ospf.hello.active_neighbor", "Active Neighbor", IPV4)


def read_hello(c: Cursor, speaker: Speaker) -> None:
    """Read the fixed part and the neighbours."""
    with c.item(HELLO, c.left, because="ospf.packet_length"):
        head = c.header(Hello2 if speaker.version == 2 else Hello3)
        note_options(speaker, head.options)
        while c.more:
            c.add(NEIGHBOUR)


def note_options(speaker: Speaker, options: int) -> None:
    """Remember what the options promise behind the packet."""
    if speaker.version == 2:
        speaker.signalling = bool(options & SIGNALLING_2)
    else:
        speaker.signalling = bool(options & SIGNALLING_3)
        speaker.authenticated = bool(options & AUTHENTICATED_3)
