"""PPP's challenge handshake authentication (RFC 1994, section 4)."""

from __future__ import annotations

import struct

import pytest

import dissect.protocols
from dissect.engine.packet import dissect

PPP = 9


def chap(code, body, length=None):
    size = 4 + len(body) if length is None else length
    return dissect(b"\xc2\x23" + struct.pack(">BBH", code, 7, size) + body, PPP, strict=True)


@pytest.mark.parametrize(("code", "name"), [(1, "Challenge"), (2, "Response")])
def test_value_and_name(code, name):
    packet = chap(code, b"\2\xab\xcdrouter")
    assert (packet["chap.value"], packet["chap.name"]) == (b"\xab\xcd", "router")
    assert packet.info == f"{name} (NAME='router', VALUE=0xabcd)"


@pytest.mark.parametrize(("code", "name"), [(3, "Success"), (4, "Failure")])
def test_message(code, name):
    assert chap(code, b"hi").info == f"{name} (MESSAGE='hi')"
    assert chap(code, b"").info == f"{name} (MESSAGE='')"


def test_value_past_the_end_is_noted_on_its_size():
    packet = chap(1, b"\x20ab")
    assert [f.note.name for f in packet.findings] == ["sixscope.chap.value_size"]
    assert packet.fields("chap.value_size")[0].line.endswith("32 bytes (invalid, must be <= 2)")


def test_length_past_the_end_keeps_what_is_there():
    packet = chap(3, b"hi", 30)
    assert packet["chap.message"] == "hi"
    assert [f.note.name for f in packet.findings] == ["_ws.malformed"]
