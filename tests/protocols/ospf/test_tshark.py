"""OSPF beside tshark: every field that it has, and its columns."""

import subprocess

import pytest

from dissect.api import open_capture
from tests.captures_list import ROOT
from tests.protocols.beside_tshark import defined, needs_tshark

FILES = [ROOT / "captures" / name for name in ("ospfv2.pcapng", "ospfv3.pcapng")]
NEVER_SHOWN = {
    # masks wider than their field: tshark leaves these bits out
    "ospf.tlv.adjsid.flags.unknown", "ospf.tlv.extpfx.flags.unknown",
    "ospf.tlv.extpfx_range.flags.unknown", "ospf.tlv.pfxsid.flags.unknown",
    # of LSAs that are noted for their length before
    "ospf.lsa.tos_missing",
}  # fmt: skip
MALFORMED_HERE_ALONE = "[Malformed Packet]"


@pytest.mark.tshark
@needs_tshark
def test_every_field_of_tsharks_occurs_in_the_captures():
    found = set()
    for path in FILES:
        with open_capture(path, strict=True) as capture:
            for packet in capture:
                packet.decode(detail=True)
                found |= {node.name for node in packet.tree.walk()}
    assert defined("ospf") - found == NEVER_SHOWN


@pytest.mark.tshark
@needs_tshark
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_columns_are_tsharks(path):
    columns = [part for name in ("Protocol", "Info") for part in ("-e", f"_ws.col.{name}")]
    out = subprocess.run(
        ["tshark", "-n", "-r", path, "-T", "fields", *columns],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    theirs = [line.replace(MALFORMED_HERE_ALONE, "") for line in out.splitlines()]
    with open_capture(path, strict=True) as capture:
        ours = [f"{packet.decode().protocol}\t{packet.info}" for packet in capture]
    assert [line.replace(MALFORMED_HERE_ALONE, "") for line in ours] == theirs
