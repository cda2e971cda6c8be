"""Packets and captures made by hand, and tshark where it is installed."""

import io
import shutil
import struct
import subprocess

import pytest

from dissect import Packet
from dissect.export.base import View

FIRST = 1_600_000_000_123_456_000


def checksum(octets: bytes) -> int:
    octets += bytes(len(octets) % 2)
    total = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def echo(payload: bytes = b"abcdefgh", sequence: int = 1, hops: int = 64) -> bytes:
    """An Ethernet frame with an ICMPv6 echo request, from fe80::1 to ff02::1."""
    source = bytes.fromhex("fe80" + 26 * "0" + "01")
    group = bytes.fromhex("ff02" + 26 * "0" + "01")
    body = struct.pack("!BBHHH", 128, 0, 0, 0x1234, sequence) + payload
    pseudo = source + group + struct.pack("!II", len(body), 58)
    body = body[:2] + struct.pack("!H", checksum(pseudo + body)) + body[4:]
    ip = struct.pack("!IHBB", 0x60000000, len(body), 58, hops) + source + group
    return bytes.fromhex("33330000000102000000000186dd") + ip + body


def pcap(*frames: bytes, link_type: int = 1) -> bytes:
    """A pcap file of frames a millisecond and a bit apart."""
    out = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, link_type)
    for number, frame in enumerate(frames):
        microseconds = FIRST // 1000 + 1001 * number
        out += struct.pack("<IIII", *divmod(microseconds, 1_000_000), len(frame), len(frame))
        out += frame
    return out


@pytest.fixture
def frame():
    return echo


@pytest.fixture
def make_pcap():
    return pcap


@pytest.fixture
def write():
    """write(exporter class, packets, **view): what it writes."""

    def run(exporter, *packets: Packet, **view) -> str:
        out = io.StringIO()
        made = exporter(out, View(**view))
        made.start()
        for packet in packets:
            made.packet(packet)
        made.end()
        return out.getvalue()

    return run


@pytest.fixture
def tshark_of():
    """tshark_of(path, *options): its output for a capture."""
    if shutil.which("tshark") is None:
        pytest.skip("tshark is not installed")

    def run(path: str, *options: str) -> str:
        command = ["tshark", "-n", "-r", path, *options]
        return subprocess.run(command, capture_output=True, check=True).stdout.decode()

    return run


@pytest.fixture
def tshark(tmp_path, make_pcap, tshark_of):
    """tshark(frames, *options): its output for a capture of these frames."""

    def run(frames, *options: str) -> str:
        path = tmp_path / "made.pcap"
        path.write_bytes(make_pcap(*frames))
        return tshark_of(str(path), *options)

    return run


@pytest.fixture
def shown(tmp_path, make_pcap):
    """shown(frames, *options): what `sixscope show` writes for a capture of these frames."""
    from click.testing import CliRunner

    from dissect.cli.main import main

    def run(frames, *options: str) -> str:
        path = tmp_path / "made.pcap"
        path.write_bytes(make_pcap(*frames))
        result = CliRunner().invoke(main, ["show", "-n", *options, str(path)])
        assert result.exit_code == 0, result.output
        return result.stdout

    return run
