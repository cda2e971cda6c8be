"""OSPF beside tshark: every field that it has, and its columns."""

import pytest

from tests.captures_list import ROOT
from tests.protocols.beside_tshark import columns_of, defined, needs_tshark, occurring

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
    found = set().union(*map(occurring, FILES))
    assert defined("ospf") - found == NEVER_SHOWN


@pytest.mark.tshark
@needs_tshark
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_columns_are_tsharks(path):
    ours, theirs = columns_of(path)
    told = [(protocol, info.replace(MALFORMED_HERE_ALONE, "")) for protocol, info in theirs]
    assert [(protocol, info.replace(MALFORMED_HERE_ALONE, "")) for protocol, info in ours] == told
