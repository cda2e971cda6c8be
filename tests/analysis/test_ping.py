"""Pings are counted and timed as the recordings' own programs and tshark did."""

from __future__ import annotations

import re
import subprocess

import pytest

from dissect.analysis.icmp import ECHOES
from tests.analysis.lab import LAB, frames, rows, told, truth

TSHARK = re.compile(r"Median +SDeviation.*\n([\d.]+) +([\d.]+) +([\d.]+) +([\d.]+)")
COUNTS = re.compile(r"% Loss *\n(\d+) +(\d+) +(\d+)")


def srt(protocol: str, name: str, interface: str) -> tuple[list[int], list[float]]:
    """tshark's requests, replies, lost; least, most, mean and median in milliseconds."""
    command = ["tshark", "-n", "-q", "-r", str(LAB / f"{name}.pcapng"), "-z"]
    words = f'{protocol},srt,frame.interface_name == "{interface}"'
    said = subprocess.run([*command, words], capture_output=True, text=True, check=True).stdout
    counts, times = COUNTS.search(said), TSHARK.search(said)
    assert counts
    assert times
    return list(map(int, counts.groups())), list(map(float, times.groups()))


@pytest.mark.parametrize(
    ("protocol", "name", "interface"),
    [("icmpv6", "siit", "siit"), ("icmp", "siit", "v4side"), ("icmp", "nat64", "nat64"),
     ("icmpv6", "nat64", "v6side")],
)  # fmt: skip
def test_times_are_those_of_tshark(protocol, name, interface):
    (sent, received, lost), (least, most, mean, _) = srt(protocol, name, interface)
    ours = [
        row for row in rows("pings", name)
        if row["link"] == interface and (":" in row["source"]) == (protocol == "icmpv6")
    ]  # fmt: skip
    assert sum(row["sent"] for row in ours) == sent
    assert sum(row["received"] for row in ours) == received == sent - lost
    heard = [row for row in ours if row["received"]]
    assert min(row["min"] for row in heard) * 1000 == pytest.approx(least, abs=0.0006)
    assert max(row["max"] for row in heard) * 1000 == pytest.approx(most, abs=0.0006)
    total = sum(row["mean"] * row["received"] for row in heard) / received
    assert total * 1000 == pytest.approx(mean, abs=0.0006)


def test_those_that_ping_counted_itself():
    known, links = truth("siit"), {row["link"] for row in rows("pings", "siit")}
    assert links == set(known["sides"].values())
    there = [
        row for row in rows("pings", "siit")
        if (row["source"], row["destination"]) == (known["client"], known["server_6"])
    ]  # fmt: skip
    answers = known["answers"]["client_to_server"] + known["answers"]["marked"]
    assert {(row["sent"], row["received"], row["loss"]) for row in there} == {(answers, answers, 0)}


def test_a_group_is_answered_by_its_members():
    (asked,) = [row for row in rows("pings", "slaac") if row["destination"] == "ff02::1"]
    router, stable = truth("slaac")["router"], truth("slaac")["hosts"]["stable"]
    assert asked["others"] == f"{router['link_local']}, {stable['link_local']}"
    assert (asked["received"], asked["duplicates"]) == (asked["sent"], 0)


def echoes() -> list[bytes]:
    """Frames of one request and its reply (IPv6), from the recording."""
    found = [one for one in frames("nd_tools") if one[20] == 58 and one[38] != 0xFF]
    replies = {one[58:]: one for one in found if one[54] == 129}
    request = next(one for one in found if one[54] == 128 and one[58:] in replies)
    return [request, replies[request[58:]]]


def test_a_reply_that_comes_twice_is_no_second_answer(tmp_path):
    request, reply = echoes()
    (row,), findings, _ = told("pings", tmp_path, request, reply, reply)
    assert (row["sent"], row["received"], row["duplicates"]) == (1, 1, 1)
    assert [(f.level, f.packets[0].number) for f in findings] == [("warning", 1)]


def test_other_octets_than_were_sent(tmp_path):
    request, reply = echoes()
    broken = reply[:-1] + bytes([reply[-1] ^ 1])
    (row,), findings, _ = told("pings", tmp_path, request, broken)
    assert (row["received"], row["altered"]) == (1, 1)
    assert [(f.level, f.packets) for f in findings] == [("error", ((2, 0),))]


def test_numbers_that_come_again_belong_to_the_payload_that_was_sent_with_them(tmp_path):
    request, reply = echoes()
    other = [frame[:-1] + bytes([frame[-1] ^ 1]) for frame in (request, reply)]
    (row,), findings, _ = told("pings", tmp_path, request, other[0], reply, other[1])
    assert (row["sent"], row["received"], row["altered"], findings) == (2, 2, 0, [])
    assert row["min"] == row["max"] == pytest.approx(0.002)


def test_a_hop_limit_that_changes_is_told(tmp_path):
    request, reply = echoes()
    nearer = reply[:21] + bytes([reply[21] - 1]) + reply[22:]
    again = [frame[:61] + b"\xee" + frame[62:] for frame in (request, nearer)]
    (row,), findings, _ = told("pings", tmp_path, request, reply, *again)
    assert row["hops"] == f"{reply[21] - 1}, {reply[21]}"
    assert [(f.level, f.packets) for f in findings] == [("note", ((2, 0), (4, 0)))]


def test_replies_alone_are_no_loss(tmp_path):
    found, findings, table = told("pings", tmp_path, *[echoes()[1]] * 6)
    assert (found, findings) == ([], [])
    assert table.remarks == [
        "6 replies to requests that were not seen, first 1, 2, 3, 4"
    ]  # fmt: skip


def test_columns_and_trees_tell_the_same_echoes():
    from dissect import open_capture
    from dissect.analysis.analysis import place_of
    from dissect.analysis.icmp import messages, messages_in
    from dissect.columns import chunks
    from dissect.columns.seen import Seen

    path = LAB / "overlays.pcapng"
    (chunk,) = chunks(str(path))
    by_columns = sorted(messages(Seen(chunk, ~chunk.unsure), 0, ECHOES))
    with open_capture(path, reassemble=False) as capture:
        by_trees = [
            message for packet in capture
            if not chunk.unsure[packet.number - 1]
            for message in messages_in(packet, place_of(packet, 0), ECHOES)
        ]  # fmt: skip
    assert by_columns
    assert by_columns == sorted(by_trees)
