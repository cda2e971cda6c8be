"""Addresses are counted by what they are, and pairs that must not be are named."""

from __future__ import annotations

import socket

import pytest

from dissect import open_capture
from dissect.address.special import kind_of
from tests.analysis.lab import LAB, rows, told, truth

RAW = 101


@pytest.mark.parametrize("name", ["teredo", "extension_headers"])
def test_headers_and_addresses_are_those_of_the_trees(name):
    heads: dict[tuple[str, str], list[bytes]] = {}
    with open_capture(LAB / f"{name}.pcapng", reassemble=False) as capture:
        for packet in capture:
            for layer in packet.layers:
                if layer.name in ("ip", "ipv6") and layer.header is not None:
                    for role in ("src", "dst"):
                        address = getattr(layer.header, role)
                        words = ("quoted " if layer.quoted else "") + {
                            "src": "source", "dst": "destination",
                        }[role]  # fmt: skip
                        heads.setdefault((kind_of(address), words), []).append(address)
    found: dict[tuple[str, str], list[int]] = {}
    for row in rows("scopes", name):
        if not row["role"].startswith("embedded"):
            sums = found.setdefault((row["kind"], row["role"]), [0, 0])
            sums[0] += row["headers"]
            sums[1] += row["addresses"]
    assert found == {
        key: [len(addresses), len(set(addresses))] for key, addresses in heads.items()
    }  # fmt: skip


def test_what_is_inside_teredo_addresses():
    (inside,) = [row for row in rows("scopes", "teredo") if row["role"] == "embedded in teredo"]
    known = truth("teredo")
    addresses = {known["server"], *(client["nat"] for client in known["clients"].values())}
    assert inside["addresses"] == len(addresses)


def test_a_group_has_its_own_scope():
    found = {row["scope"] for row in rows("scopes", "groups") if row["kind"] == "multicast"}
    assert "link-local" in found
    assert len(found) > 1


def packet(source, destination):
    """UDP without anything (IPv6, no link layer)."""
    ends = socket.inet_pton(socket.AF_INET6, source) + socket.inet_pton(
        socket.AF_INET6, destination
    )
    return b"\x60\0\0\0\0\x08\x11\x40" + ends + b"\x04\0\x04\0\0\x08\0\0"


@pytest.mark.parametrize(
    ("source", "destination", "rule", "level"),
    [
        ("ff02::1", "2001:db8::1", "ADR-001", "error"), ("2001:db8::1", "::", "ADR-002", "error"),
        ("::", "2001:db8::1", "ADR-002", "warning"), ("::1", "2001:db8::1", "ADR-003", "error"),
        ("fe80::1", "2600::1", "ADR-004", "note"), ("fec0::1", "2600::1", "ADR-005", "warning"),
        ("::ffff:192.0.2.1", "2600::1", "ADR-005", "warning"),
        ("2600::1", "ff01::1", "ADR-007", "warning"), ("fd00::1", "2600::1", "ADR-009", "note"),
    ],
)  # fmt: skip
def test_scopes_that_do_not_fit(tmp_path, source, destination, rule, level):
    found, findings, _ = told(
        "scope-mismatches", tmp_path, packet(source, destination), link_type=RAW
    )  # fmt: skip
    assert (rule, level) in {(row["rule"], row["level"]) for row in found}
    assert (rule in {finding.rule for finding in findings}) == (level != "note")


@pytest.mark.parametrize(
    ("source", "destination"),
    [("::", "ff02::16"), ("fe80::1", "ff02::1"), ("2600::1", "2600::2"), ("::1", "::1"),
     ("fe80::1", "fe80::2"), ("fd00::1", "ff05::2")],
)  # fmt: skip
def test_scopes_that_fit(tmp_path, source, destination):
    assert told(
        "scope-mismatches", tmp_path, packet(source, destination), link_type=RAW
    )[:2] == ([], [])  # fmt: skip
