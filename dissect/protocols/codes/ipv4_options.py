"""Code points of the IPv4 options (IANA, ip-parameters; RFC 791, 1108, 4782; FIPS 188)."""

from __future__ import annotations

CLASSES: dict[int, str] = {
    0: "Control",
    1: "Reserved for future use",
    2: "Debugging and measurement",
    3: "Reserved for future use",
}

NUMBERS: dict[int, str] = {
    0: "End of Option List (EOL)",
    1: "No-Operation (NOP)",
    2: "Security",
    3: "Loose source route",
    4: "Time stamp",
    5: "Extended security",
    6: "Commercial IP security option",
    7: "Record route",
    8: "Stream identifier",
    9: "Strict source route",
    10: "Experimental Measurement",
    11: "MTU probe",
    12: "MTU Reply",
    13: "Experimental Flow Control",
    14: "Experimental Access Control",
    15: "Ask Estrin",
    16: "IMI Traffic Descriptor",
    17: "Extended Internet Protocol",
    18: "Traceroute",
    19: "Address Extension",
    20: "Router Alert",
    21: "Selective Directed Broadcast",
    22: "Unassigned",
    23: "Dynamic Packet State",
    24: "Upstream Multicast Packet",
    25: "Quick-Start",
    30: "RFC 3692-style experiment",
}

TIMESTAMP_FLAGS: dict[int, str] = {
    0: "Time stamps only",
    1: "Time stamp and address",
    3: "Time stamps for prespecified addresses",
}

QS_FUNCTIONS: dict[int, str] = {
    0: "Rate request",
    8: "Rate report",
}

QS_RATES: dict[int, str] = {
    0: "0 bit/s",
    1: "80 Kbit/s",
    2: "160 Kbit/s",
    3: "320 Kbit/s",
    4: "640 Kbit/s",
    5: "1.28 Mbit/s",
    6: "2.56 Mbit/s",
    7: "5.12 Mbit/s",
    8: "10.24 Mbit/s",
    9: "20.48 Mbit/s",
    10: "40.96 Mbit/s",
    11: "81.92 Mbit/s",
    12: "163.84 Mbit/s",
    13: "327.68 Mbit/s",
    14: "655.36 Mbit/s",
    15: "1.31072 Gbit/s",
}

SECURITY: dict[int, str] = {
    0x0000: "Unclassified",
    0x135E: "Reserved",
    0x24BD: "Reserved",
    0x35E2: "Reserved",
    0x4D78: "Reserved",
    0x5E26: "PROG",
    0x6BC5: "Top secret",
    0x789A: "EFTO",
    0x89AF: "Reserved",
    0x9AF1: "Reserved",
    0xAF13: "Restricted",
    0xBC4D: "MMMM",
    0xC4D6: "Reserved",
    0xD788: "Secret",
    0xE26B: "Reserved",
    0xF135: "Confidential",
}

LEVELS: dict[int, str] = {
    0x01: "Reserved 4",
    0x3D: "Top secret",
    0x5A: "Secret",
    0x66: "Reserved 3",
    0x96: "Confidential",
    0xAB: "Unclassified",
    0xCC: "Reserved 2",
    0xF1: "Reserved 1",
}

CIPSO_TAGS: dict[int, str] = {
    0: "Padding",
    1: "Restrictive Category Bitmap",
    2: "Enumerated Categories",
    5: "Ranged Categories",
    6: "Permissive Categories",
    7: "Free Form",
}

PROTECTED = (
    "Datagram not protected in accordance with its rules",
    "Datagram protected in accordance with its rules",
)

AUTHORITIES: tuple[tuple[str, str, int], ...] = (
    ("genser", "GENSER", 0x80),
    ("siop_esi", "SIOP-ESI", 0x40),
    ("sci", "SCI", 0x20),
    ("nsa", "NSA", 0x10),
    ("doe", "DOE", 0x08),
)
"""Protection authorities of RFC 1108: end of the field name, label, bit."""


def router_alert(value: int) -> str:
    """What a Router Alert value means (RFC 2113)."""
    return "Reserved" if value else "Router shall examine packet"
