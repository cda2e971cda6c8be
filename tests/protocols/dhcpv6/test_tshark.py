"""The Info column of the made captures, beside tshark's."""

from __future__ import annotations

import subprocess

import pytest

from dissect import open_capture
from dissect.crosscheck.tshark import PREFERENCES
from making import dhcpv6, dhcpv6_vendors
from tests.captures_list import ROOT
from tests.protocols.beside_tshark import needs_tshark

BROKEN = "BoundError", "Malformed"
FILES = dhcpv6.FILES.keys() | dhcpv6_vendors.FILES.keys()
NOT_READ = {"dhcpv6_newer.pcapng", "dhcpv6_failover.pcapng", "dhcpv6_broken.pcapng"}
"""What tshark has other words for, or none; and what it reads past its end without a word."""


@pytest.mark.tshark
@needs_tshark
@pytest.mark.parametrize("name", sorted(FILES - NOT_READ))
def test_info_column_is_tsharks(name):
    path = ROOT / "captures" / name
    command = ["tshark", "-n", "-r", path, "-T", "fields", "-e", "_ws.col.Info"]
    preferences = [f"-o{name}:{value}" for name, value in PREFERENCES.items()]
    run = subprocess.run([*command, *preferences], capture_output=True, check=True)
    theirs = run.stdout.decode().removesuffix("\n").split("\n")
    with open_capture(path, relative_seq=False) as capture:
        ours = [packet.info for packet in capture]
    differ = [
        pair
        for pair in zip(ours, theirs, strict=True)
        if pair[0].strip() != pair[1].strip() and not any(word in pair[1] for word in BROKEN)
    ]
    assert differ == []
