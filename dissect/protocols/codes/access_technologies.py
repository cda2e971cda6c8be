"""Kinds of access networks (IANA, mobility-parameters; RFC 5213, section 8.5)."""

from __future__ import annotations

ACCESS_TECHNOLOGIES: dict[int, str] = {
    0: "Reserved",
    1: "Virtual",
    2: "PPP",
    3: "IEEE 802.3",
    4: "IEEE 802.11a/b/g",
    5: "IEEE 802.16e",
    6: "3GPP GERAN",
    7: "3GPP UTRAN",
    8: "3GPP E-UTRAN",
    9: "3GPP2 eHRPD",
    10: "3GPP2 HRPD",
    11: "3GPP2 1xRTT",
    12: "3GPP2 UMB",
}
