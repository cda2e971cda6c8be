"""IEEE's listing as we read it, beside netaddr's own reading of it."""

from __future__ import annotations

import subprocess
import sys

from netaddr import OUI
from netaddr.eui import ieee

from dissect.address.registry import organization

EVERY = 53
"""Of some 39,000 registrations."""


def test_listed_as_netaddr_has_it():
    listed = list(ieee.OUI_INDEX)
    assert len(listed) > 30_000
    for oui in [*listed[:3], *listed[::EVERY], listed[-1]]:
        assert organization(oui.to_bytes(3)) == str(OUI(oui).registration(0).org)


def test_nobody_has_what_is_not_listed():
    free = [oui for oui in range(0x020000, 0x020400) if oui not in ieee.OUI_INDEX]
    assert free
    assert {organization(oui.to_bytes(3)) for oui in free} == {None}


def test_netaddr_is_not_imported():
    code = (
        "import sys; from dissect.address.registry import organization\n"
        "print(organization(bytes.fromhex('00000c')), 'netaddr' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "Cisco Systems, Inc False\n"
