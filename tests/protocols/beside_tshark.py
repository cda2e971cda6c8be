"""Crafted packets, decoded here and by tshark."""

import os
import shutil
import struct
import subprocess

import pytest

from dissect.api import open_capture
from dissect.crosscheck.compare import compare, rows
from dissect.crosscheck.tshark import TShark
from dissect.engine.checksum import checksum, ones_sum
from dissect.engine.packet import Packet
from tests.protocols.ipv6_packets import DESTINATION, SOURCE, address

LINKTYPE_RAW = 101

needs_tshark = pytest.mark.skipif(
    not shutil.which("tshark") and os.environ.get("CI") != "true",
    reason="tshark is not installed",
)


def summed(octets, at, protocol=None):
    """The octets with their checksum, under IPv6's pseudo-header if ``protocol`` is given."""
    outer = 0
    if protocol is not None:
        ends = address(SOURCE) + address(DESTINATION)
        outer = ones_sum(ends + struct.pack(">II", len(octets), protocol))
    blank = octets[:at] + bytes(2) + octets[at + 2 :]
    return blank[:at] + checksum(blank, outer).to_bytes(2, "big") + blank[at + 2 :]


def write(path, packets):
    """A capture file of IP packets."""
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, LINKTYPE_RAW))
        for octets in packets:
            file.write(struct.pack("<IIII", 0, 0, len(octets), len(octets)) + octets)
    return path


def differences(path, packets, prefix):
    """For each packet the difference of the fields that begin with ``prefix``."""
    write(path, packets)
    with TShark(path) as tshark:
        theirs = [
            [row for section in sections for row in section.rows if row.name.startswith(prefix)]
            for sections in tshark
        ]
    found = []
    for octets, their_rows in zip(packets, theirs, strict=True):
        packet = Packet(octets, LINKTYPE_RAW, strict=True).decode(detail=True)
        ours = [row for row in rows(packet) if row.name.startswith(prefix)]
        found.append(compare(ours, their_rows))
    return found


def names_of(difference):
    """The fields of one packet on which both don't agree."""
    apart = [ours.name for ours, _ in difference.different]
    return {*apart, *(row.name for row in difference.missing + difference.extra)}


def columns(path, packets):
    """Our Protocol and Info columns, and tshark's."""
    return columns_of(write(path, packets))


def columns_of(path):
    """Our Protocol and Info columns of a capture file, and tshark's."""
    wanted = [part for column in ("Protocol", "Info") for part in ("-e", f"_ws.col.{column}")]
    out = subprocess.run(
        ["tshark", "-n", "-r", path, "-T", "fields", *wanted],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    theirs = [tuple(line.split("\t")) for line in out.splitlines()]
    with open_capture(path, strict=True) as capture:
        ours = [(packet.decode().protocol, packet.info) for packet in capture]
    return ours, theirs


def defined(protocol):
    """The fields that tshark declares for a protocol, without lines that only group others."""
    out = subprocess.run(
        ["tshark", "-G", "fields"], capture_output=True, text=True, check=True
    ).stdout
    return {
        parts[2]
        for parts in (line.split("\t") for line in out.splitlines())
        if parts[0] == "F" and parts[4] == protocol
    }


def occurring(path):
    """The names of all nodes of a capture file's packets."""
    with open_capture(path, strict=True) as capture:
        return {node.name for p in capture for node in p.decode(detail=True).tree.walk()}
