"""PPP's password authentication (RFC 1334, section 2), by hand-made octets and tshark's columns."""

from __future__ import annotations

import struct

import pytest

import dissect.protocols
from dissect.engine.packet import dissect

PPP = 9


def pap(code, body, length=None):
    size = 4 + len(body) if length is None else length
    return dissect(b"\xc0\x23" + struct.pack(">BBH", code, 7, size) + body, PPP, strict=True)


def test_request():
    packet = pap(1, b"\4user\6secret")
    assert (packet["pap.peer_id"], packet["pap.password"]) == ("user", "secret")
    assert packet.protocol == "PPP PAP"
    assert packet.info == "Authenticate-Request (Peer-ID='user', Password='secret')"


@pytest.mark.parametrize(("code", "name"), [(2, "Ack"), (3, "Nak")])
def test_answer(code, name):
    assert pap(code, b"\2ok").info == f"Authenticate-{name} (Message='ok')"


def test_unknown_code():
    packet = pap(9, b"abc")
    assert (packet["pap.stuff"], packet.info) == (b"abc", "Unknown")


@pytest.mark.parametrize("body", [b"", b"\x20user", b"\4user\x20se"])
def test_name_past_the_end_is_malformed(body):
    assert [f.note.name for f in pap(1, body).findings] == ["_ws.malformed"]
