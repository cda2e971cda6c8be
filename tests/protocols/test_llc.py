"""LLC's control field in all its forms, and SNAP."""

from __future__ import annotations

import pytest

import dissect.protocols
from dissect.engine.packet import Packet, dissect

ADDRESSES = bytes.fromhex("02000000000102000000000a")
IPV4 = bytes.fromhex("450000140001000040fd00000a0000010a000002")


def llc(data: bytes) -> Packet:
    return dissect(ADDRESSES + len(data).to_bytes(2, "big") + data, strict=True)


# the words are tshark 4.0's
@pytest.mark.parametrize(
    ("head", "info"),
    [
        ("f0f07f", "U P, func=SABME; DSAP NetBIOS Individual, SSAP NetBIOS Command"),
        ("f0f173", "U F, func=UA; DSAP NetBIOS Individual, SSAP NetBIOS Response"),
        ("f0f00103", "S P, func=RR, N(R)=1; DSAP NetBIOS Individual, SSAP NetBIOS Command"),
        ("f0f10907", "S F, func=REJ, N(R)=3; DSAP NetBIOS Individual, SSAP NetBIOS Response"),
        ("f0f10506", "S, func=RNR, N(R)=3; DSAP NetBIOS Individual, SSAP NetBIOS Response"),
        ("f0f10406", "I, N(R)=3, N(S)=2; DSAP NetBIOS Individual, SSAP NetBIOS Response"),
        ("f0f10407", "I P, N(R)=3, N(S)=2; DSAP NetBIOS Individual, SSAP NetBIOS Response"),
        ("222303", "U, func=UI; DSAP 0x22 Individual, SSAP 0x22 Response"),
        ("ff4203", "U, func=UI; DSAP ISO Network Layer Group, SSAP Spanning Tree BPDU Command"),
        ("abaa03", "U, func=UI; DSAP SNAP Group, SSAP SNAP Command"),
        ("f0f087", "U, func=FRMR; DSAP NetBIOS Individual, SSAP NetBIOS Command"),
    ],
)
def test_control_field_in_words(head: str, info: str) -> None:
    packet = llc(bytes.fromhex(head) + b"abc")
    assert packet.protocol == "LLC"
    assert packet.info == info


def test_two_octet_control_is_least_significant_first() -> None:
    packet = llc(bytes.fromhex("f0f10406") + b"abc")
    control = packet.fields("llc.control")[0]
    assert (control.show, control.length) == ("0x0604", 2)
    assert (packet["llc.control.n_r"], packet["llc.control.n_s"]) == (3, 2)
    picture = packet.fields("llc.control.n_s")[0].picture(packet.data)
    assert picture == ".... .... 0000 010. = "


def test_one_octet_control_is_shown_with_four_digits() -> None:
    packet = llc(b"\xf0\xf0\x03abc")
    assert packet.fields("llc.control")[0].show == "0x0003"
    assert packet.fields("llc.control.ftype")[0].show == "0x03"
    assert "llc.control.p" not in packet


def test_snap_with_an_ethertype_goes_on_without_an_ethertype_layer() -> None:
    packet = llc(b"\xaa\xaa\x03\0\0\0\x08\0" + IPV4)
    assert packet.chain.startswith("eth:llc:ip")
    assert packet.fields("llc.type")[0].show == "0x0800"


def test_snap_of_an_organization_names_its_field() -> None:
    packet = llc(b"\xaa\xaa\x03\0\0\x0c\x20\x77abcd")
    assert packet.fields("llc.cisco_pid")[0].show == "0x2077"
    assert packet.info == "U, func=UI; SNAP, OUI 0x00000C (Cisco Systems, Inc), PID 0x2077"
    assert packet["data.data"] == b"abcd"


def test_snap_of_an_unknown_organization() -> None:
    packet = llc(b"\xaa\xaa\x03\x12\x34\x56\1\2abcd")
    assert packet.info == "U, func=UI; SNAP, OUI 0x123456 (Unknown), PID 0x0102"
    assert packet.fields("llc.pid")[0].show == "0x0102"


def test_bridged_ethernet_frame_in_snap() -> None:
    inner = ADDRESSES + b"\x88\xb5abc"
    packet = llc(b"\xaa\xaa\x03\x00\x80\xc2\x00\x07\0\0" + inner)
    assert [n.offset for n in packet.fields("eth.type")] == [24 + 12]


@pytest.mark.parametrize("cut", [b"\x42", b"\xaa\xaa", b"\xaa\xaa\x03", b"\xaa\xaa\x03\0\0\0\x08"])
def test_llc_that_ends_early_is_malformed(cut: bytes) -> None:
    packet = llc(cut)
    assert [f.note.name for f in packet.findings] == ["_ws.malformed"]
    assert packet.fields("llc.dsap")[0].value == cut[0]
