import struct
import subprocess

import pytest

from dissect import open_capture
from dissect.engine.packet import dissect
from tests.captures_list import ROOT
from tests.protocols.beside_tshark import needs_tshark
from tests.protocols.ipv4_packets import ipv4, notes, shows, udp

INNER = ipv4(17, udp(b"abcd"))
SIX = bytes([0x60, 0, 0, 0, 0, 0, 59, 64]) + bytes(32)


def label(number, exp=0, bottom=1, ttl=64):
    return struct.pack(">I", number << 12 | exp << 9 | bottom << 8 | ttl)


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


def ethernet(destination, source="00:1b:21:00:00:02", kind=b"\x08\x00", payload=INNER):
    return mac(destination) + mac(source) + kind + payload


def mpls(*parts):
    frame = ethernet("02:00:00:00:00:01", "02:00:00:00:00:02", b"\x88\x47", b"".join(parts))
    return dissect(frame, strict=True)


def test_every_label_is_a_layer_named_once_in_the_chain():
    packet = mpls(label(2016, 3, 0), label(16, 3, 1), INNER)
    assert shows(packet, "mpls.label") == ["2016", "16"]
    assert shows(packet, "mpls.bottom") == ["0", "1"]
    assert packet.chain == "eth:ethertype:mpls:ip:udp:data"
    assert packet.layer("mpls", 2).offset == 18
    assert packet.layer("mpls").node.line.endswith("Label: 2016, Exp: 3, S: 0, TTL: 64")


def test_special_label():
    (field,) = mpls(label(0), INNER).fields("mpls.label")
    assert field.line == "MPLS Label: IPv4 Explicit-Null (0)"


@pytest.mark.parametrize(("payload", "protocol"), [(INNER, "ip"), (SIX, "ipv6")])
def test_first_nibble(payload, protocol):
    assert mpls(label(16), payload).layer(protocol).offset == 18


@pytest.mark.parametrize(
    "destination",
    ["6c:3b:e5:00:00:01", "44:d9:e7:00:00:01", "50:00:00:00:00:01", "ff:ff:ff:ff:ff:ff"],
)
def test_pseudowire_without_control_word_whose_address_looks_like_something_else(destination):
    # RFC 4928, section 3: nothing forbids such an address to come first
    packet = mpls(label(500), ethernet(destination))
    assert packet.layer("pwethnocw") is not None
    assert packet.source == "10.0.0.1"
    assert "sixscope.mpls.guess" in notes(packet)


def test_pseudowire_with_control_word():
    packet = mpls(label(500), b"\0\0\0\1", ethernet("00:1b:21:00:00:01"))
    assert shows(packet, "pweth.cw.sequence_number") == ["1"]
    assert packet.layer("eth", 2).offset == 22
    assert packet.chain.startswith("eth:ethertype:mpls:pwethheuristic:pwethcw:eth:")


def test_pseudowire_without_control_word_to_a_group():
    packet = mpls(label(500), ethernet("01:00:5e:00:00:01"))
    assert packet.layer("eth", 2).offset == 18


def test_associated_channel():
    packet = mpls(label(500), b"\x10\0\0\x21", INNER)
    assert packet.fields("pwach.channel_type")[0].line == "Channel Type: IPv4 packet (0x0021)"
    assert packet.layer("ip").offset == 22
    generic = mpls(label(13), b"\x10\0\x7f\xf8", b"xx")
    assert generic.layer("pwach").node.line == "Generic Associated Channel Header"


def test_channel_label_above_the_bottom():
    assert "mpls.invalid_label" in notes(mpls(label(13, bottom=0), label(16), INNER))


def test_stack_without_bottom_ends():
    packet = mpls(label(16, bottom=0))
    assert "_ws.malformed" in notes(packet)
    assert shows(packet, "mpls.label") == ["16"]


def test_endless_stack_stops_at_the_limit_of_layers():
    packet = mpls(*[label(16, bottom=0)] * 400)
    assert "sixscope.depth" in notes(packet)


def test_data_behind_an_unknown_nibble():
    packet = mpls(label(16), b"\x50abcdefghijklmnopqrst")
    assert packet.layer("data").offset == 18
    assert (packet.protocol, packet.info) == ("MPLS", "MPLS Label Switched Packet")


# --- special-purpose labels --------------------------------------------------------------------


def rules(*parts):
    return [name for name in notes(mpls(*parts)) if name.startswith("sixscope.mpls.")]


@pytest.mark.parametrize(
    ("stack", "broken"),
    [
        # RFC 3032, section 2.1
        ([label(1, bottom=0), label(16)], []),
        ([label(1)], ["sixscope.mpls.alert_bottom"]),
        ([label(3)], ["sixscope.mpls.implicit_null"]),
        ([label(9)], ["sixscope.mpls.reserved"]),
        ([label(0)], []),
        ([label(2)], ["sixscope.mpls.explicit_null"]),
        # RFC 6790, section 4.2
        ([label(7, bottom=0), label(70000, ttl=0)], []),
        ([label(7, bottom=0), label(70000, ttl=1)], ["sixscope.mpls.entropy_ttl"]),
        ([label(7, bottom=0), label(5, ttl=0)], ["sixscope.mpls.entropy"]),
        ([label(7)], ["sixscope.mpls.nothing_behind"]),
        # RFC 7274, section 3.1
        ([label(15, bottom=0), label(16)], []),
        ([label(15, bottom=0), label(4)], ["sixscope.mpls.extended"]),
        ([label(15, bottom=0), label(7, bottom=0), label(70000, ttl=0)], []),
        ([label(15)], ["sixscope.mpls.nothing_behind"]),
    ],
)
def test_rules_of_special_purpose_labels(stack, broken):
    assert rules(*stack, INNER) == broken


def test_entropy_label_is_named():
    packet = mpls(label(7, bottom=0), label(70000, ttl=0), INNER)
    assert packet.layer("mpls", 2).node.line.endswith(
        "Label: 70000 (Entropy Label), Exp: 0, S: 1, TTL: 0"
    )


# --- what follows by preference ----------------------------------------------------------------


def chosen(payload, choice):
    return dissect(label(16) + payload, "mpls", strict=True, preferences={"mpls.payload": choice})


@pytest.mark.parametrize(
    ("choice", "chain"),
    [
        ("auto", "mpls:ip:udp:data"),
        ("ip", "mpls:ip:udp:data"),
        ("ethernet", "mpls:eth:ethertype:data"),
        ("ethernet-cw", "mpls:ip:udp:data"),  # four bits that no control word begins with
        ("generic-cw", "mpls:ip:udp:data"),
    ],
)
def test_preference_overrides_the_first_four_bits(choice, chain):
    assert chosen(INNER, choice).chain.startswith(chain.removesuffix(":data"))


def test_control_word_that_is_said_to_be_there_is_skipped_whatever_it_looks_like():
    packet = chosen(b"\x50\0\0\7" + ethernet("00:1b:21:00:00:01"), "ethernet-cw")
    assert packet["pweth.cw.sequence_number"] == 7
    assert packet["eth.dst"] == bytes.fromhex("001b21000001")


@pytest.mark.parametrize("choice", ["ethernet-cw", "generic-cw"])
def test_less_than_a_control_word_is_no_pseudowire(choice):
    assert chosen(b"\0\0\0", choice).fields("pweth.cw") == []


def test_guess_is_noted_and_a_choice_is_none():
    payload = ethernet("00:1b:21:00:00:01")
    assert "sixscope.pseudowire.guess" in notes(chosen(payload, "auto"))
    assert notes(chosen(payload, "ethernet")) == []


def test_generic_control_word():
    # RFC 4385, section 3: flags and FRG are bits 4 to 9, the length bits 10 to 15
    packet = chosen(b"\x0a\x45\x12\x34data", "generic-cw")
    assert shows(packet, "pwmcw.flags") == ["0x0029"]
    assert shows(packet, "pwmcw.length") == ["5"]
    assert shows(packet, "pwmcw.sequence_number") == ["4660"]
    assert packet.chain == "mpls:data"


def test_generic_control_word_cut_short():
    assert notes(chosen(b"\0\0", "generic-cw")) == ["pwmcw.error_processing_message"]


@pytest.mark.tshark
@needs_tshark
def test_generic_control_words_agree_with_tshark():
    # tshark has this decode only when told, so crosscheck never sees it
    fields = ("frame.number", "pwmcw.flags", "pwmcw.length", "pwmcw.sequence_number")
    path = str(ROOT / "captures" / "mpls.pcapng")
    asked = [word for name in fields for word in ("-e", name)]
    command = ["tshark", "-n", "-r", path, "-d", "mpls.label==500,pwmcw", "-Y", "pwmcw.flags"]
    done = subprocess.run([*command, "-T", "fields", *asked], capture_output=True, text=True)
    theirs = [line.split("\t") for line in done.stdout.splitlines()]
    with open_capture(path, preferences={"mpls.payload": "generic-cw"}) as capture:
        packets = [p.decode(detail=True) for p in capture]
    ours = [
        [shows(p, name)[0] for name in fields]
        for p in packets
        if p.fields("pwmcw.flags") and shows(p, "mpls.label")[-1] == "500"
    ]
    assert len(ours) == 8
    assert ours == theirs
