"""SIP in datagrams, by its looks: on UDP its port tells nothing.

All that the walk must know is whether a description of media follows, which is the only body that
has a reader; a message in which that isn't plain is the tree reader's.
"""

from __future__ import annotations

import re

import numpy as np

from dissect.columns.chunk import Mask
from dissect.columns.group import Group, Onward, Result
from dissect.columns.readers.last import nothing
from dissect.columns.walk import certain, vector
from dissect.protocols.sip import looks_like_sip

MOST = 4096
"""Octets of an ordinary message."""
END = b"\r\n\r\n"
TYPE = re.compile(rb"\n(?:content-type|c):[ \t]*([^\r]*)\r", re.IGNORECASE)
LENGTH = re.compile(rb"\n(?:content-length|l):[ \t]*([0-9]{1,4})\r", re.IGNORECASE)
MEDIA = b"application/sdp"

vector("sdp", families=("sdp", "sip.call_id_generated"), tables=("",))(nothing)


@certain("sip")
def first_line(g: Group) -> Mask:
    """The tree reader's own check."""
    return np.array([looks_like_sip(octets) for octets in g.payloads()], np.bool_)


@vector("sip", tables=("",))
def sip(g: Group) -> Result:
    """Messages without a body, and those whose body is a description as long as they say."""
    bodies = [_body(octets) for octets in g.payloads()]
    g.doubt(np.array([body is None for body in bodies], np.bool_))
    sizes = np.array([body or 0 for body in bodies], np.int64)
    return Onward(name="sdp", skip=g.left - sizes, where=sizes > 0)


def _body(octets: bytes) -> int | None:
    """How many octets of a description end a message, 0 without a body; None: not plain."""
    ends = octets.count(b"\n")
    head, found, body = octets.partition(END)
    usual = octets.count(b"\r\n") == ends == octets.count(b"\r")
    if len(octets) > MOST or not found or not usual or b"\n " in head or b"\n\t" in head:
        return None
    if not body:
        return 0
    types, lengths = TYPE.findall(head + END), LENGTH.findall(head + END)
    if [kind.lower() for kind in types] != [MEDIA] or lengths != [b"%d" % len(body)]:
        return None
    return len(body)
