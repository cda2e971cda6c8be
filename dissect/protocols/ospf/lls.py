"""What stands behind a packet: link-local signalling, and an authentication trailer.

    0                               16                             32
    +-------------------------------+-------------------------------+
    |           Checksum            |   Length of all, in words     |  signalling
    +-------------------------------+-------------------------------+  (RFC 5613, section 2)
    |  TLVs                                                         |
    +-------------------------------+-------------------------------+
    |      Authentication type      |    Length of all, in octets   |  trailer of version 3
    +-------------------------------+-------------------------------+  (RFC 7166, section 4.1)
    |               0               | Security association (SA) ID  |
    +-------------------------------+-------------------------------+
    |       Cryptographic sequence number, 64 bits; then the digest |

The signalling comes first.  What version 3's TLVs for mobile networks mean is in RFC 5820.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tree import TEXT, Field
from dissect.engine.values import BOOL, BYTES, IPV4, U8, U16, X8, X16, X32
from dissect.protocols.ospf.codes import LLS_TLVS_2, LLS_TLVS_3, TRAILER_TYPES
from dissect.protocols.ospf.common import BAD_LENGTH, SET, UNFIT, UNREAD, Tlvs, Words


class Signalling(Header):
    """In front of the TLVs, 4 octets."""

    __hdr__ = (("sum", "H", 0), ("words", "H", 1))
    names = (
        F("sum", "ospf.lls.checksum", "Checksum", X16),
        F("words", "ospf.lls.data_length", "LLS Data Length", U16, unit=" bytes",
          convert=lambda words: 4 * words),
    )  # fmt: skip


def _extended(name: str) -> Field:
    return Field(name, "Options", X32, bits=(
        Field(f"{name}.rs", "(RS) Restart Signal", BOOL, SET, mask=2),
        Field(f"{name}.lr", "(LR) LSDB Resynchronization", BOOL, SET, mask=1),
    ))  # fmt: skip


OPTIONS_2 = _extended("ospf.lls.ext.options")
OPTIONS_3 = _extended("ospf.v3.lls.ext.options")
SEQUENCE = Field("ospf.v2.lls.sequence_number", "Sequence number", X32)
DIGEST = Field("ospf.v2.lls.auth_data", "Auth Data", BYTES)
INTERFACE = Field("ospf.v3.lls.ll_id", "Local Interface ID", BYTES)
STATE_NUMBER = Field("ospf.v3.lls.state.scs", "SCS Number", U16)
STATE_OPTIONS = Field("ospf.v3.lls.state.options", "Options", X8, bits=(
    Field("ospf.v3.lls.state.options.r", "(R) Request", BOOL, SET, mask=0x80),
    Field("ospf.v3.lls.state.options.a", "(A) Answer", BOOL, SET, mask=0x40),
    Field("ospf.v3.lls.state.options.n", "(N) Incomplete", BOOL, SET, mask=0x20),
))  # fmt: skip
DROPPED = Field("ospf.v3.lls.dropped_neighbor", "Dropped Neighbor", IPV4)
REQUESTED = Field("ospf.v3.lls.request_from", "Request From", IPV4)
FULL = Field("ospf.v3.lls.full_state_for", "Full State For", IPV4)
ADDED = Field("ospf.v3.lls.relay.added", "Relays Added", U8)
RELAY_OPTIONS = Field("ospf.v3.lls.relay.options", "Options", X8, bits=(
    Field("ospf.v3.lls.relay.options.a", "(A) Always", BOOL, SET, mask=0x80),
    Field("ospf.v3.lls.relay.options.n", "(N) Never", BOOL, SET, mask=0x40),
))  # fmt: skip
RELAY = Field("ospf.v3.lls.neighbor", "Neighbor", IPV4)
WILLINGNESS = Field("ospf.v3.lls.willingness", "Willingness", U8)

TLVS_2 = Tlvs(LLS_TLVS_2, missing="Unknown LLS TLV", other=UNREAD)
TLVS_3 = Tlvs(LLS_TLVS_3, missing="Unknown LLS TLV", other=UNREAD, nodes={
    1: Field("ospf.v3.lls.ext.options.tlv", "Extended Options TLV"),
    3: Field("ospf.v3.lls.state.tlv", "State Check Sequence TLV"),
    4: Field("ospf.v3.lls.drop.tlv", "Neighbor Drop TLV"),
    5: Field("ospf.v3.lls.rf.tlv", "Request From TLV"),
    6: Field("ospf.v3.lls.fsf.tlv", "Full State For TLV"),
    7: Field("ospf.v3.lls.relay.tlv", "Active Overlapping Relays TLV"),
    8: Field("ospf.v3.lls.willingness.tlv", "Willingness TLV"),
})  # fmt: skip

SIGNALLING_SIZE = 4
TRAILER = Field("ospf.at", "OSPF Authentication Trailer")
TRAILER_SIZE = 16

MISSING = "LLS option bit set but data block missing"


def read_signalling(c: Cursor, version: int) -> None:
    """Read the block that the options promise."""
    if c.left < SIGNALLING_SIZE:
        c.note(BAD_LENGTH, text=MISSING)
        return
    c.need(SIGNALLING_SIZE)
    size = 4 * int.from_bytes(c.peek(2, 2), "big")
    size = max(size, SIGNALLING_SIZE)
    with c.entry(TEXT, size, UNFIT, because="ospf.lls.data_length") as node:
        node.text = "OSPF LLS Data Block"
        c.header(Signalling)
        (TLVS_2 if version == 2 else TLVS_3).walk(c)


TLVS_2.show(1, OPTIONS_2)
TLVS_3.show(1, OPTIONS_3)
TLVS_3.show(3, STATE_NUMBER, STATE_OPTIONS)
TLVS_3.show_all(4, DROPPED)
TLVS_3.show_all(5, REQUESTED)
TLVS_3.show_all(6, FULL)
TLVS_3.show(8, WILLINGNESS)


@TLVS_2.reader(18)
def interface(c: Cursor) -> Words:
    """The sender's number for its interface (RFC 8510, section 2)."""
    c.add(INTERFACE, 4)
    return None


@TLVS_2.reader(2)
def authentication(c: Cursor) -> Words:
    """A digest over the block (RFC 5613, section 2.5)."""
    c.add(SEQUENCE)
    c.add(DIGEST, c.left)
    return None


@TLVS_3.reader(7)
def relays(c: Cursor) -> Words:
    """Neighbours that became relays, then those that are none any more."""
    added = c.add(ADDED)
    c.add(RELAY_OPTIONS)
    c.skip(2)
    number = 0
    while c.more:
        c.add(RELAY)
        c.last.suffix = " Added" if number < added else " Deleted"
        number += 1
    return None


class Trailer(Header):
    """In front of the digest, 16 octets."""

    __hdr__ = (
        ("kind", "H", 1), ("length", "H", TRAILER_SIZE), ("reserved", "H", 0), ("sa", "H", 1),
        ("sequence", "Q", 0),
    )  # fmt: skip
    names = (
        F("kind", "ospf.at.auth_type", "Authentication Type", TRAILER_TYPES),
        F("length", "ospf.at.auth_data_len", "Authentication Data Length"),
        F("reserved", "ospf.at.reserved", "Reserved", X16),
        F("sa", "ospf.at.sa_id", "Security Association Identifier (SA ID)", X16),
        F("sequence", "ospf.at.crypto_seq_nbr", "Cryptographic Sequence Number"),
    )


TRAILER_HEAD, LENGTH_ENDS = 16, 4
"""Octets that a trailer's length counts at least (RFC 7166, section 4.1), and those up to it."""
TRAILER_DIGEST = Field("ospf.at.auth_data", "Authentication Data", BYTES)


def read_trailer(c: Cursor) -> None:
    """Read the authentication trailer, as far as its length says."""
    c.need(4)
    length = int.from_bytes(c.peek(2, 2), "big")
    size = length if length >= TRAILER_HEAD else LENGTH_ENDS  # else it is what can be read
    with c.item(TRAILER, size, because="ospf.at.auth_data_len"):
        c.header(Trailer)
        c.add(TRAILER_DIGEST, length - TRAILER_SIZE)
