"""MaxMind databases of invented places at addresses for documentation (RFC 3849, RFC 5737)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mmdb_writer import MmdbU16, MmdbU32, MMDBWriter
from netaddr import IPSet

from tests.captures_list import ROOT

LOCATED = [ROOT / "captures" / name for name in ("tour.pcapng", "ipv4_options.pcapng")]
"""Captures that are compared with tshark while both have these databases."""

Record = dict[str, Any]


def city(name: str, country: str, code: str, latitude: float, longitude: float) -> Record:
    """What a database of cities says."""
    return {
        "city": {"names": {"de": f"{name}stadt", "en": name}},
        "continent": {"names": {"en": "Atlantis"}},
        "country": {"iso_code": code, "names": {"en": country}},
        "location": {
            "accuracy_radius": MmdbU16(20), "latitude": latitude, "longitude": longitude,
        },
    }  # fmt: skip


def owner(number: int, name: str) -> Record:
    """What a database of autonomous systems says; numbers of RFC 5398."""
    return {
        "autonomous_system_number": MmdbU32(number), "autonomous_system_organization": name,
    }  # fmt: skip


CITIES: dict[str, Record] = {
    "2001:db8::/62": city("Fjordby Ærø", "Norrland", "XN", 59.25, -10.123456789),
    "2001:db8:80::/48": city("Suburbia", "Sudland", "XS", -90.0, 180.0),
    "2001:db8:ffff::/48": {"country": {"iso_code": "XE", "names": {"en": "Edgeland"}}},
    "192.0.2.0/25": city("Altstadt", "Westland", "XW", 1.5, 2.5),
    "198.51.100.0/24": city("Kap <Süd> & Co", "Ostland", "XO", 0.0, 0.0),
}
OWNERS: dict[str, Record] = {
    "2001:db8::/62": owner(64496, "Example Net"),
    "2001:db8:80::/48": owner(65551, 'The "Other" Net'),
    "192.0.2.0/24": owner(64497, "Example Four"),
    "198.51.100.0/24": owner(64498, "Example Five"),
}


def write(path: Path, records: dict[str, Record], version: int = 6) -> Path:
    """A database of these networks."""
    writer = MMDBWriter(
        version, "Test-City", ipv4_compatible=version == 6, languages=["en"], description="invented"
    )
    for network, record in records.items():
        writer.insert_network(IPSet([network]), record)
    writer.to_db_file(str(path))
    return path


def write_all(folder: Path) -> Path:
    """Both databases; hands the folder back."""
    write(folder / "city.mmdb", CITIES)
    write(folder / "asn.mmdb", OWNERS)
    return folder
