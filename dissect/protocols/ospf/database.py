"""Exchange of the database: descriptions, requests, updates, acknowledgements
(RFC 2328, appendices A.3.3 to A.3.6; RFC 5340, appendices A.3.3 to A.3.6).

    0               8               16                             32
    +-------------------------------+---------------+---------------+
    |         Interface MTU         |    Options    | 0   |R|I|M|MS|   Database Description, 2
    +---------------+---------------+---------------+---------------+
    |       0       |                    Options                    |                       3
    +---------------+---------------+---------------+---------------+
    |         Interface MTU         |       0       | 0   |R|I|M|MS|
    +-------------------------------+---------------+---------------+
    |                      DD sequence number                       |   then headers of LSAs
    +---------------------------------------------------------------+
    |         LS type: 32 bits in version 2, 16 in version 3        |   Link State Request,
    |                  Link State ID, Advertising Router            |   any number of these
    +---------------------------------------------------------------+
    |                        Number of LSAs                         |   Link State Update,
    +---------------------------------------------------------------+   then whole LSAs

An acknowledgement is headers of LSAs.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tree import TEXT, Field
from dissect.engine.values import IPV4, U32
from dissect.protocols.ospf.codes import LSAS_2
from dissect.protocols.ospf.common import Speaker, reserved, reserved_octet, should_be_zero
from dissect.protocols.ospf.hello import note_options
from dissect.protocols.ospf.lsa_v2 import read_lsa_2
from dissect.protocols.ospf.lsa_v3 import ls_type, read_lsa_3
from dissect.protocols.ospf.options import description_flags, options_2, options_3

_MTU = ("mtu", "ospf.db.interface_mtu", "Interface MTU")
_SEQUENCE = ("sequence", "ospf.db.dd_sequence", "DD Sequence")


class Description2(Header):
    """Version 2's, 8 octets."""

    __hdr__ = (("mtu", "H", 1500), ("options", "B", 2), ("flags", "B", 7), ("sequence", "I", 0))
    names = (F(*_MTU), options_2(), description_flags(), F(*_SEQUENCE))


class Description3(Header):
    """Version 3's, 12 octets."""

    __hdr__ = (
        ("_word", "I", 0x13), ("mtu", "H", 1500), ("reserved", "1s", b"\0"), ("flags", "B", 7),
        ("sequence", "I", 0),
    )  # fmt: skip
    __bit_fields__ = {"_word": (("zero", 8), ("options", 24))}
    names = (
        reserved_octet("zero", 0), options_3(1), F(*_MTU), reserved("reserved"),
        description_flags(), F(*_SEQUENCE),
    )  # fmt: skip


_ID = ("id", "ospf.link_state_id", "Link State ID", IPV4)
_ROUTER = ("router", "ospf.advrouter", "Advertising Router", IPV4)


class Request2(Header):
    """One LSA asked for, 12 octets."""

    __hdr__ = (("type", "I", 1), ("id", "4s", bytes(4)), ("router", "4s", bytes(4)))
    names = (F("type", "ospf.lsa", "LS Type", LSAS_2), F(*_ID), F(*_ROUTER))


class Request3(Header):
    """One LSA asked for, 12 octets."""

    __hdr__ = (
        ("reserved", "2s", bytes(2)), ("_type", "H", 0x2001), ("id", "4s", bytes(4)),
        ("router", "4s", bytes(4)),
    )  # fmt: skip
    __bit_fields__ = {"_type": (("u", 1), ("scope", 2), ("function", 13))}
    names = (reserved("reserved"), ls_type(), F(*_ID), F(*_ROUTER))


COUNT = Field("ospf.ls.number_of_lsas", "Number of LSAs", U32)


def read_description(c: Cursor, speaker: Speaker) -> None:
    """Read the fixed part and the headers of LSAs."""
    with c.text("OSPF DB Description"):
        if speaker.version == 2:
            head = c.header(Description2)
        else:
            head = c.header(Description3)
            should_be_zero(c, head.zero, head.reserved)
    note_options(speaker, head.options)
    read_acknowledgement(c, speaker)


def read_request(c: Cursor, speaker: Speaker) -> None:
    """Read what is asked for."""
    while c.more:
        with c.text("Link State Request"):
            if speaker.version == 2:
                c.header(Request2)
            else:
                should_be_zero(c, c.header(Request3).reserved)


def read_update(c: Cursor, speaker: Speaker) -> None:
    """Read as many LSAs as the count says."""
    read = read_lsa_2 if speaker.version == 2 else read_lsa_3
    with c.item(TEXT, c.left, because="ospf.packet_length") as node:
        node.text = "LS Update Packet"
        for _ in range(c.add(COUNT)):
            if not read(c, speaker, whole=True):
                break


def read_acknowledgement(c: Cursor, speaker: Speaker) -> None:
    """Read headers of LSAs up to the end."""
    read = read_lsa_2 if speaker.version == 2 else read_lsa_3
    while c.more and read(c, speaker, whole=False):
        pass
