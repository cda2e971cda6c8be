"""Both sides of translators are joined, packet by packet, and what they did wrong is named.

tayga's recordings have each translated packet twice on its TUN interface, and again on either
side.  It sets Don't Fragment in all that it makes of IPv6 packets, however small, which RFC 7915
(section 5.1) forbids: that is the one verdict on what it really did.
"""

from __future__ import annotations

import socket
from collections import Counter
from functools import cache

import pytest
from click.testing import CliRunner

from dissect import open_capture
from dissect.analysis import translation_rows, translators
from dissect.analysis.options import Options
from dissect.analysis.translation_map import prefix_of
from dissect.capture.open import open_records
from dissect.capture.write import PcapWriter
from dissect.cli.report import command
from dissect.engine.checksum import checksum
from dissect.report.run import report
from dissect.report.summary import Plan
from tests.analysis.lab import LAB, tables, truth

TABLES = ("translations", "translators")
GENUINE = {"DF", "sound"}
RAW = 101


def v6(text):
    return socket.inet_pton(socket.AF_INET6, text)


def twin(name, address):
    """The IPv4 address of an IPv6 address, as the recording's configuration has it."""
    known = truth(name)
    if name == "nat64":
        if address == known["client"]:
            return known["mapped"]
        octets = v6(address)
        return (
            socket.inet_ntop(socket.AF_INET, octets[12:])
            if octets[:6] == v6("2001:db8:64::")[:6]
            else None
        )
    octets = v6(address)
    if octets[:8] == v6(known["prefix"].partition("/")[0])[:8]:
        return socket.inet_ntop(socket.AF_INET, octets[9:13])
    return known["translator"]["ipv4"]  # for routers of the IPv6 side (RFC 6791)


@cache
def translated(name):
    """What crossed the translator by its own interface: (protocol, IPv4 ends, numbers), counted."""
    sides = {"ip": Counter(), "ipv6": Counter()}
    with open_capture(LAB / f"{name}.pcapng", relative_seq=False) as capture:
        for packet in capture:
            if packet.interface.name != truth(name)["sides"]["both"]:
                continue
            version = next(one.name for one in packet.layers if one.name in sides)
            if any(
                "fragment" in packet and "reassembled" not in node.name
                for node in packet.fields(f"{version}.reassembled_in")
            ):
                continue
            numbers = [
                tuple(node.show for node in packet.fields(field))
                for field in ("udp.port", "tcp.port", "tcp.seq_raw", "tcp.ack_raw", "tcp.len")
            ]  # fmt: skip
            if (
                "data" in packet
                and not any(map(len, numbers))
                and "icmp" not in packet.chain
                and ((version == "ip" and packet["ip.proto"] != 253) or "fraghdr" in packet.chain)
            ):
                continue  # a fragment
            echo = [
                packet.fields(f"icmpv6.echo.{end}" if version == "ipv6" else f"icmp.{short}")
                for end, short in (("identifier", "ident"), ("sequence_number", "seq"))
            ]
            is_error = len(packet.fields(f"{version}.src")) > 1
            ends = packet.fields(f"{version}.src")[0].show, packet.fields(f"{version}.dst")[0].show
            if version == "ipv6":
                ends = tuple(twin(name, end) for end in ends)
            is_icmp = "icmp" in packet.chain
            key = (is_icmp, is_error, ends, *numbers, *(tuple(n.value for n in e) for e in echo))
            sides[version][key] += 1
    return sides["ip"] & sides["ipv6"]


@pytest.mark.parametrize("name", ["nat64", "siit"])
def test_all_translated_packets_are_joined_and_no_others(name):
    (flows, _), _ = tables(TABLES, name)
    assert sum(row["to_ipv4"] + row["to_ipv6"] for row in flows) == translated(name).total() > 30
    for row in flows:
        assert (twin(name, row["ipv6_a"]), twin(name, row["ipv6_b"])) == (
            row["ipv4_a"], row["ipv4_b"],
        )  # fmt: skip
        assert (row["port_6a"], row["port_6b"]) == (row["port_4a"], row["port_4b"])
        assert 0 <= row["delay_min"] <= row["delay_max"] < 0.05


@pytest.mark.parametrize(
    ("name", "kind", "hosts", "alone"),
    # NAT64: two probes that the translator or the router before it answered, two pings in
    # fragments (which RFC 7915, section 1.1, leaves out); one such ping the other way.
    # SIIT: two probes each way and the errors about them, which nobody translates; an error that
    # tayga dropped; a datagram without a checksum, which it may drop (section 4.5)
    [("nat64", "NAT64", 1, (4, 1)), ("siit", "SIIT", 4, (2 + 2 + 1, 2 + 2 + 1))],
)
def test_the_prefix_is_learned_from_the_packets(name, kind, hosts, alone):
    (flows, (row,)), _ = tables(TABLES, name)
    assert (row["prefix"], row["known"], row["kinds"]) == (truth(name)["prefix"], "learned", kind)
    assert (row["flows"], row["hosts"]) == (len(flows), hosts)
    assert (row["alone_6"], row["alone_4"]) == alone


@pytest.mark.parametrize("name", ["nat64", "siit"])
def test_what_the_genuine_translator_does_is_sound_but_for_dont_fragment(name):
    (flows, _), findings = tables(TABLES, name)
    assert {row["verdict"] for row in flows} == GENUINE
    assert {row["rules"] for row in flows if row["verdict"] == "DF"} == {"XLT-005"}
    with open_capture(LAB / f"{name}.pcapng") as capture:
        cited = {number for finding in findings for number, _ in finding.packets}
        for packet in capture:
            if packet.number in cited and "ip" in packet and "ipv6" not in packet:
                assert packet["ip.flags.df"]
                assert packet["ip.len"] <= 1260


def test_two_files_tell_the_same(tmp_path):
    (flows, _), _ = tables(TABLES, "nat64")
    paths = [split(tmp_path, "nat64", side) for side in ("v6side", "v4side")]
    (apart, _), _ = tables(TABLES, *paths)
    ends = [
        {tuple(row[one] for one in row if one[:4] in ("ipv6", "ipv4", "port")) for row in some}
        for some in (flows, apart)
    ]
    # of these the gateway behind the translator answers the packets itself, or sends them
    between = {7681, 49495, 7779}
    assert ends[1] == {
        end for end in ends[0] if end[1] not in between and end[6] != "198.51.100.1"
    }  # fmt: skip
    assert {row["first"].file for row in apart} == {0}
    assert {row["last"].file for row in apart} == {1}


def split(folder, name, interface):
    path = folder / f"{interface}.pcap"
    with open_records(LAB / f"{name}.pcapng") as records, path.open("wb") as stream:
        writer = PcapWriter(stream, link_type=1)
        for record in records:
            if record.interface.name == interface:
                writer.packet(record.data, record.time_ns)
    return path


# --- one field falsified


@cache
def own_interface(name):
    """Frame number, time and octets of what the translator's interface saw: bare IP packets."""
    with open_records(LAB / f"{name}.pcapng") as records:
        return [
            (record.number, record.time_ns, record.data) for record in records
            if record.interface.name == truth(name)["sides"]["both"]
        ]  # fmt: skip


def set_at(*changes):
    """What changes octets of an IP packet, counted from its beginning or its transport's."""

    def change(packet):
        octets = bytearray(packet)
        start = {"ip": 0, "up": 40 if packet[0] >> 4 == 6 else 20}
        for place, offset, value in changes:
            octets[start[place] + offset] = (
                value(octets[start[place] + offset]) if callable(value) else value
            )
        return bytes(octets)

    return change


def summed(change):
    """The same, with the ICMP or TCP or UDP checksum made right again."""

    def changed(packet):
        return with_sums(change(packet))

    return changed


def headed(change):
    """The same in IPv4, with the header's checksum made right again."""

    def changed(packet):
        packet = change(packet)
        clear = packet[:10] + b"\0\0" + packet[12:20]
        return clear[:10] + checksum(clear).to_bytes(2) + clear[12:] + packet[20:]

    return changed


def with_sums(packet):
    if packet[0] >> 4 == 6:
        protocol, start, ends = packet[6], 40, packet[8:40]
    else:
        head = packet[:10] + b"\0\0" + packet[12:20]
        packet = head[:10] + checksum(head).to_bytes(2) + head[12:] + packet[20:]
        protocol, start, ends = packet[9], 20, packet[12:20]
    place = {6: 16, 17: 6, 1: 2, 58: 2}[protocol] + start
    clear = packet[:place] + b"\0\0" + packet[place + 2 :]
    size = len(clear) - start
    pseudo = b"" if protocol == 1 else ends + size.to_bytes(4) + protocol.to_bytes(4)
    return clear[:place] + checksum(pseudo + clear[start:]).to_bytes(2) + clear[place + 2 :]


FALSIFIED = {
    # what: recording, frames, what is changed, field, rule
    "TTL as it was": ("siit", 105, set_at(("ip", 8, 63)), "TTL", "XLT-004"),
    "TTL lower than of others": ("siit", 109, set_at(("ip", 8, 20)), "hop limit", "XLT-004"),
    "hop limit higher": ("siit", 111, set_at(("ip", 7, 64)), "hop limit", "XLT-004"),
    "ToS": ("siit", 105, set_at(("ip", 1, 0)), "ToS", "XLT-004"),
    "traffic class": ("siit", 107, set_at(("ip", 0, 0x60)), "traffic class", "XLT-004"),
    "TCP checksum": ("siit", 109, set_at(("up", 17, lambda o: o ^ 1)), "checksum", "XLT-003"),
    "UDP checksum": ("siit", 188, set_at(("up", 7, lambda o: o ^ 1)), "checksum", "XLT-003"),
    "no UDP checksum": ("siit", 246, set_at(("up", 6, 0), ("up", 7, 0)), "checksum", "XLT-006"),
    "ICMP checksum": ("siit", 105, set_at(("up", 3, lambda o: o ^ 1)), "checksum", "XLT-003"),
    "payload": ("siit", 105, summed(set_at(("up", 30, lambda o: o ^ 1))), "payload", "XLT-003"),
    "TCP payload": ("siit", 123, set_at(("up", 90, lambda o: o ^ 1)), "payload", "XLT-003"),
    "code": ("siit", 141, summed(set_at(("up", 1, 3))), "ICMP type/code", "XLT-006"),
    "code back": ("siit", 154, summed(set_at(("up", 1, 1))), "ICMP type/code", "XLT-006"),
    "time exceeded": ("siit", 137, summed(set_at(("up", 0, 1))), "ICMP type/code", "XLT-006"),
    "pointer": ("siit", 174, summed(set_at(("up", 7, 9))), "pointer", "XLT-006"),
    "MTU of 4": ("siit", 286, summed(set_at(("up", 6, 5), ("up", 7, 100))), "MTU", "XLT-006"),
    "MTU of 6": ("nat64", 134, summed(set_at(("up", 6, 6))), "MTU", "XLT-006"),
    "too small an MTU": ("nat64", 134, summed(set_at(("up", 6, 4))), "MTU", "XLT-006"),
    "TCP port": ("siit", 117, summed(set_at(("up", 1, lambda o: o ^ 1))), "port", ""),
    "identification": ("siit", (255, 256), set_at(("up", 7, lambda o: o ^ 1)), "identification",
                       "XLT-005"),
    "high bits": ("siit", (255, 256), set_at(("up", 4, 1)), "identification", "XLT-005"),
    "identification back": ("siit", (211, 212, 213), headed(set_at(("ip", 5, lambda o: o ^ 1))),
                            "identification", "XLT-005"),
    "DF missing": ("siit", 196, set_at(("ip", 6, 0)), "DF", "XLT-005"),
}  # fmt: skip


@pytest.mark.parametrize("what", FALSIFIED)
def test_a_falsified_field_is_named(what, tmp_path):
    name, numbers, change, field, rule = FALSIFIED[what]
    numbers = numbers if isinstance(numbers, tuple) else (numbers,)
    places = []
    path = tmp_path / "false.pcap"
    with path.open("wb") as stream:
        writer = PcapWriter(stream, link_type=RAW)
        for place, (number, time, data) in enumerate(own_interface(name), 1):
            if number in numbers:
                changed = change(data)
                assert changed != data
                data = changed
                places.append(place)
            writer.packet(data, time)
    (flows, _), findings = tables(TABLES, path)
    named = [row for row in flows if field in row["verdict"].split(", ")]
    genuine = [row for row in flows if set(row["verdict"].split(", ")) <= GENUINE]
    told = [
        finding for finding in findings
        if finding.rule == rule and f"changed the {field} of" in finding.words
        and finding.packets[-1].number in places
    ]  # fmt: skip
    assert told
    if field != "DF":
        assert len(named) == 1
        assert len(genuine) == len(flows) - 1
    assert sum(row["to_ipv4"] + row["to_ipv6"] for row in flows) == translated(name).total()


def test_the_quoted_packet_has_to_be_translated_too(tmp_path):
    four, six = (data for number, _, data in own_interface("siit") if number in (140, 141))
    quote = four[28:]
    length = 8 + len(quote)
    broken = with_sums(six[:4] + length.to_bytes(2) + six[6:48] + quote)
    path = tmp_path / "false.pcap"
    with path.open("wb") as stream:
        writer = PcapWriter(stream, link_type=RAW)
        for number, time, data in own_interface("siit"):
            writer.packet(broken if number == 141 else data, time)
    _, findings = tables(TABLES, path)
    (told,) = [one for one in findings if "changed the quote" in one.words]
    assert (told.level, told.rule) == ("error", "XLT-006")


# --- prefixes, relays, mappings


def test_a_prefix_may_be_given():
    given = Options(nat64_prefixes=(prefix_of("2001:db8:64::/96"),))
    (flows, (row,)), _ = tables(TABLES, "nat64", options=given)
    assert row["known"] == "given"
    assert flows == tables(TABLES, "nat64")[0][0]


@pytest.mark.parametrize(
    ("words", "why"),
    [("2001:db8::", "expected an IPv6 prefix"), ("2001:db8::/95", "expected an IPv6 prefix of 32"),
     ("2001:db8::1/64", "bits behind the first 64"), ("192.0.2.0/24", "expected an IPv6 prefix")],
)  # fmt: skip
def test_what_is_no_prefix(words, why):
    with pytest.raises(ValueError, match=why):
        prefix_of(words)


@pytest.mark.parametrize(
    ("option", "words"),
    [("--nat64-prefix", "2001:db8::/95"), ("--trt-prefix", "2001:db8::/96")],
)
def test_a_wrong_prefix_is_told_in_one_line(option, words):
    done = CliRunner().invoke(command, [option, words, "no.pcap"])
    assert done.exit_code == 2
    (line,) = [line for line in done.output.splitlines() if "Error" in line]
    assert option in line
    assert "expected an IPv6 prefix of" in line


def moved(packet, old, new):
    """A packet of other addresses, with its checksums made right."""
    for one, other in zip(old, new, strict=True):
        packet = packet.replace(one, other)
    return with_sums(packet)


def test_addresses_that_have_nothing_in_common_are_joined_by_what_they_say(tmp_path):
    # as behind an explicit mapping (RFC 7757), or in a host with a bump (RFC 6535)
    known = truth("siit")
    hosts = [socket.inet_aton(known[end]) for end in ("client_4", "server")]
    path = tmp_path / "mapped.pcap"
    with path.open("wb") as stream:
        writer = PcapWriter(stream, link_type=RAW)
        for _, time, data in own_interface("siit")[24:42]:  # a connection
            if data[0] >> 4 == 4 and data[9] == 6:
                data = moved(data, hosts, (b"\x0a\x09\x08\x07", b"\x0a\x01\x02\x03"))
            writer.packet(data, time)
    (flows, (row,)), findings = tables(TABLES, path)
    assert [(one["kind"], one["protocol"], one["ipv4_b"]) for one in flows] == [
        ("mapped", "tcp", "10.1.2.3")
    ]
    assert (row["prefix"], row["flows"]) == (None, 1)
    assert not [one for one in findings if one.level == "error"]


@pytest.mark.parametrize(
    "name", ["applications", "overlays", "slaac", "tunnels", "extension_headers"]
)
def test_where_nothing_is_translated_nothing_is_joined(name):
    (flows, translators), findings = tables(TABLES, name)
    assert (flows, translators) == ([], [])
    assert {finding.table for finding in findings} <= {"capture"}


def test_a_relay_is_joined_by_what_it_hands_on(tmp_path):
    # RFC 3142: connections end in it; the IPv4 side has numbers of its own
    path = tmp_path / "relay.pcap"
    known = truth("nat64")
    with path.open("wb") as stream:
        writer = PcapWriter(stream, link_type=RAW)
        for _, time, data in own_interface("nat64"):
            if data[0] >> 4 == 6 and data[6] == 6:
                relayed = (v6("2001:db8:77::198.51.100.2"),)
                writer.packet(moved(data, (v6(known["server_6"]),), relayed), time)
            elif data[0] >> 4 == 4 and data[9] == 6:
                numbers = bytearray(data)
                numbers[24] ^= 0x55
                numbers[28] ^= 0x55
                writer.packet(with_sums(bytes(numbers)), time)
    options = Options(trt_prefixes=(prefix_of("2001:db8:77::/64", relay=True),))
    (flows, rows), _ = tables(TABLES, path, options=options)
    assert {row["kind"] for row in flows} == {"TRT"}
    assert {row["ipv4_b"] for row in flows} == {known["server"]}
    assert {row["verdict"] for row in flows} == {"sound"}
    assert sum(row["to_ipv4"] for row in flows) == 1  # the request
    assert sum(row["to_ipv6"] for row in flows) == 2  # the page, in two segments
    assert rows[0]["prefix"] == "2001:db8:77::/64"


def test_bits_that_have_to_be_zero(tmp_path):
    known = truth("siit")
    dirty = v6("2001:db8:1:64:1c6:3364:200:0")  # octet 8 is 1
    path = tmp_path / "dirty.pcap"
    with path.open("wb") as stream:
        writer = PcapWriter(stream, link_type=RAW)
        for _, time, data in own_interface("siit")[:8]:
            changed = data[0] >> 4 == 6
            writer.packet(
                moved(data, (v6(known["server_6"]),), (dirty,)) if changed else data, time
            )
    options = Options(nat64_prefixes=(prefix_of(known["prefix"]),))
    _, findings = tables(TABLES, path, options=options)
    assert "XLT-001" in {finding.rule for finding in findings}


def test_what_waits_for_a_twin_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(translators, "WAITING", 50)
    frame = own_interface("siit")[0][2]
    path = tmp_path / "many.pcap"
    with path.open("wb") as stream:
        writer = PcapWriter(stream, link_type=RAW)
        for number in range(200):
            writer.packet(frame[:46] + number.to_bytes(2) + frame[48:], 10**18 + number)
        for _, time, data in own_interface("siit")[:8]:
            writer.packet(data, time)
    options = Options(nat64_prefixes=(prefix_of(truth("siit")["prefix"]),))
    found = report([str(path)], Plan(TABLES, options))
    assert any("were forgotten" in remark for remark in found.tables[0].remarks)
    assert found.tables[1].rows[0][7] >= 200


def test_what_is_left_out_of_one_file_is_told_though_others_follow(monkeypatch):
    """The second capture has one IP version only, and more packets than are compared."""
    monkeypatch.setattr(translation_rows, "FIRST", 2)
    paths = [str(LAB / f"{name}.pcapng") for name in ("nat64", "slaac", "nat64")]
    (table,) = report(paths, Plan(("translators",))).tables
    assert any("only the first packets are compared" in remark for remark in table.remarks)
