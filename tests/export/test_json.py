import json

from dissect import Packet
from dissect.export.json import Json


def pairs(text: str) -> list:
    return json.loads(text, object_pairs_hook=lambda members: [list(m) for m in members])


def layer(packet: list, name: str) -> list:
    layers = dict(dict(packet)["_source"])["layers"]
    return dict(map(tuple, layers))[name]


def test_members_nesting_and_order_are_tsharks(shown, tshark, frame):
    ours = pairs(shown([frame()], "-T", "json"))
    theirs = pairs(tshark([frame()], "-T", "json"))
    assert layer(ours[0], "ipv6") == layer(theirs[0], "ipv6")
    assert [m for m in ours[0] if m[0] != "_source"] == [m for m in theirs[0] if m[0] != "_source"]


def test_raw_members_are_tsharks(shown, tshark, frame):
    ours = layer(pairs(shown([frame()], "-T", "json", "-x"))[0], "ipv6")
    theirs = layer(pairs(tshark([frame()], "-T", "json", "-x"))[0], "ipv6")
    wanted = ["ipv6.plen_raw", "ipv6.nxt_raw", "ipv6.src_raw", "ipv6.addr_raw", "ipv6.dst_raw"]
    assert [m for m in ours if m[0] in wanted] == [m for m in theirs if m[0] in wanted]
    assert len([m for m in ours if m[0] in wanted]) == 6


def test_repeated_fields_repeat_their_key(write, frame):
    written = pairs(write(Json, Packet(frame())))
    assert [value for name, value in layer(written[0], "ipv6") if name == "ipv6.addr"] == [
        "fe80::1", "ff02::1",
    ]  # fmt: skip


def test_no_packets_make_an_empty_array(write, tshark):
    assert json.loads(write(Json)) == []


def test_several_packets_make_one_array(write, frame):
    packets = [Packet(frame(), number=n) for n in (1, 2, 3)]
    assert len(json.loads(write(Json, *packets))) == 3


def test_hostile_text_is_valid_json_in_utf8_and_comes_back_unchanged(write, frame):
    evil = '\x1b[2J"\\\u202e\x00\x9b\u200b'
    written = write(Json, Packet(frame(), comments=(evil, "\udcff")))
    assert not set(written.encode()) & {0, 0x1B, 0x7F}
    assert "\u202e" not in written
    comments = [v for name, v in layer(pairs(written)[0], "frame") if name == "frame.comment"]
    assert comments == [evil, "\\udcff"]
