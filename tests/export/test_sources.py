"""A packet that completes a datagram: octets of the frame, and those that are reassembled."""

import json
import re
from collections.abc import Iterator

from tests.export.conftest import echo

WHOLE = echo(bytes(range(48)))


def part(octets: bytes, offset: int, more: int) -> bytes:
    """A frame like WHOLE with a Fragment header and these octets."""
    header = bytes((58, 0)) + (offset | more).to_bytes(2, "big") + b"\x12\x34\x56\x78"
    plen = (8 + len(octets)).to_bytes(2, "big")
    return WHOLE[:18] + plen + b"\x2c" + WHOLE[21:54] + header + octets


FRAMES = [part(WHOLE[54:94], 0, 1), part(WHOLE[94:], 40, 0)]


def test_tree_and_octets_are_tsharks(shown, tshark):
    ours, theirs = shown(FRAMES, "-V", "-x"), tshark(FRAMES, "-V", "-x")
    assert last(ours).split("Internet Protocol")[1] == last(theirs).split("Internet Protocol")[1]
    assert "Reassembled IPv6 (56 bytes):\n0000  80 00" in ours


def last(text: str) -> str:
    return text.split("\nFrame 2:")[1]


def test_octets_of_each_source_follow_the_line(shown):
    dumps = shown(FRAMES, "-x").split("→")[2]
    assert re.findall(r"^[A-Z].*:$", dumps, re.MULTILINE) == [
        "Frame (78 bytes):", "Reassembled IPv6 (56 bytes):",
    ]  # fmt: skip


def test_json_is_tsharks(shown, tshark):
    ours, theirs = (pairs(run(FRAMES, "-T", "json")) for run in (shown, tshark))
    assert layers(ours[1]) == layers(theirs[1])


def test_raw_members_of_json_are_tsharks(shown, tshark):
    ours, theirs = (
        [
            member
            for member in members(layers(pairs(run(FRAMES, "-T", "json", "-x"))[1]))
            if re.match(r"(ipv6\.(fragment|reassembled)|icmpv6\.|data\.).*_raw", member[0])
        ]
        for run in (shown, tshark)
    )
    assert ours == theirs
    assert ["ipv6.fragment_raw", [WHOLE[94:].hex(), 40, 16, 0, 35]] in map(list, ours)


def pairs(text: str) -> list:
    return json.loads(text, object_pairs_hook=list)


def members(found: list) -> Iterator[tuple]:
    """All members, those of inner objects too."""
    for name, value in found:
        yield name, value
        if isinstance(value, list) and value and isinstance(value[0], tuple):
            yield from members(value)


def layers(packet: list) -> list:
    """What is in the packet behind the link layer."""
    found = dict(dict(packet)["_source"])["layers"]
    names = [name for name, _ in found]
    return found[names.index("ipv6") :]


def test_pdml_positions_and_values_are_tsharks(shown, tshark):
    ours, theirs = (
        re.findall(
            r'<field name="((?:ipv6|icmpv6|data)[^"]*)".*?(size="\d+" pos="\d+"|value="\w*")',
            run(FRAMES, "-T", "pdml").split("<packet>")[2],
        )
        for run in (shown, tshark)
    )
    assert ours == theirs
    assert ("ipv6.fragments", 'size="56" pos="14"') in ours


def test_fields_are_tsharks(shown, tshark):
    wanted = "ipv6.fragment", "ipv6.fragments", "ipv6.reassembled.data", "data", "data.data"
    options = ["-T", "fields", *(f"-e{name}" for name in wanted)]
    assert shown(FRAMES, *options) == tshark(FRAMES, *options)


def test_elasticsearchs_octets_are_from_their_source(shown):
    line = json.loads(shown(FRAMES, "-T", "ek", "-x").splitlines()[3])
    assert line["layers"]["icmpv6_raw"] == WHOLE[54:62].hex()
    assert line["layers"]["ipv6"]["ipv6_ipv6_reassembled_data_raw"] == WHOLE[54:].hex()


def test_each_fragment_by_itself(shown, tshark):
    alone = shown(FRAMES, "--no-reassembly")
    assert alone == tshark(FRAMES, "-o", "ipv6.defragment:FALSE")
    assert alone != shown(FRAMES)
