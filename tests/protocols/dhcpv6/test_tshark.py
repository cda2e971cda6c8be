"""All fields of all cases, beside tshark's."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from dissect.crosscheck.tally import Tally, check_file
from dissect.crosscheck.tshark import PREFERENCES
from tests.protocols.dhcpv6.cases import CABLE, MESSAGES, OPTIONS, SEGMENTS
from tests.protocols.dhcpv6.packets import capture, read, tcp, udp

pytestmark = [
    pytest.mark.tshark,
    pytest.mark.skipif(
        not shutil.which("tshark") and os.environ.get("CI") != "true",
        reason="tshark is not installed",
    ),
]

JUDGED = frozenset({"dhcpv6"})

NEVER_SHOWN = {
    "dhcpv6.cablelabs.interface_id": "only with a preference that is off",
    "dhcpv6.cablelabs.interface_id_link_address": "only with a preference that is off",
    "dhcpv6.packetcable.cccV6.prov_srv.ipv6": "tshark has no packet of a length that shows it",
    "dhcpv6.no_suboption_len": "tshark has no packet that shows it, we have; see test_vendor",
    "dhcpv6.bulk_leasequery.reserved": "a part of the transaction; see test_bulk_leasequery",
    "dhcpv6.decoded_portion": "tshark puts it at a wrong offset; see test_domain",
    "dhcpv6.partial_name_preceded_by_fqdn": "tshark mixes labels up; see test_domain",
    "dhcpv6.expert.partial_name_preceded_by_fqdn": "hangs on the one above",
}
"""Fields that the cases leave out."""

TSHARK_WRONG = ("dhcpv6.bulk_leasequery.reserved", "dhcpv6.bulk_leasequery.trans_id")
"""RFC 5460, section 5.1: the transaction has three octets."""

SETS = {
    "messages": (MESSAGES, udp),
    "options": (OPTIONS, udp),
    "cable": (CABLE, udp),
    "segments": (SEGMENTS, tcp),
}


def told(tally: Tally) -> list[tuple[str, object]]:
    return [(name, counts.examples[:2]) for name, counts in tally.worst(8)]


@pytest.mark.parametrize("which", SETS)
def test_every_field_agrees_with_tshark(which, tmp_path):
    messages, make = SETS[which]
    path = capture(tmp_path / "dhcpv6.pcap", [make(message) for message in messages])
    tally = check_file(path, JUDGED)
    assert tally.errors == []
    assert tally.packets == len(messages)
    for name in TSHARK_WRONG:
        tally.fields.pop(name, None)
    assert tally.agrees, told(tally)


@pytest.mark.parametrize("which", SETS)
def test_info_column_is_tsharks(which, tmp_path):
    messages, make = SETS[which]
    path = capture(tmp_path / "dhcpv6.pcap", [make(message) for message in messages])
    command = ["tshark", "-n", "-r", path, "-T", "fields", "-e", "_ws.col.Info"]
    preferences = [f"-o{name}:{value}" for name, value in PREFERENCES.items()]
    run = subprocess.run([*command, *preferences], capture_output=True, check=True)
    theirs = run.stdout.decode().split("\n")
    ours = [read(message, make=make).info for message in messages]
    broken = "BoundError", "Malformed"
    differ = [
        pair
        for pair in zip(ours, theirs, strict=False)
        if pair[0].strip() != pair[1].strip() and not any(word in pair[1] for word in broken)
    ]
    assert differ == []


def test_the_cases_show_nearly_all_of_tsharks_fields():
    run = subprocess.run(["tshark", "-G", "fields"], capture_output=True, check=True)
    rows = (line.split("\t") for line in run.stdout.decode(errors="replace").split("\n"))
    known = {row[2] for row in rows if row[0] == "F" and row[2].startswith("dhcpv6.")}
    seen = {
        node.field.name
        for messages, make in SETS.values()
        for message in messages
        for node in read(message, make=make).tree.walk()
    }
    assert known - seen - NEVER_SHOWN.keys() == set()
    assert len(known & seen) >= 0.95 * len(known)
