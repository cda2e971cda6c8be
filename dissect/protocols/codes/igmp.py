"""Code points of IGMP (IANA, igmp-type-numbers; RFC 988, RFC 3376) and of mtrace."""

from __future__ import annotations

TYPES: dict[int, str] = {
    0x01: "Create Group Request",
    0x02: "Create Group Reply",
    0x03: "Join Group Request",
    0x04: "Join Group Reply",
    0x05: "Leave Group Request",
    0x06: "Leave Group Reply",
    0x07: "Confirm Group Request",
    0x08: "Confirm Group Reply",
    0x11: "Membership Query",
    0x12: "Membership Report",
    0x13: "DVMRP Protocol",
    0x14: "PIM Routing Message",
    0x16: "Membership Report",
    0x17: "Leave Group",
    0x1E: "Traceroute Response",
    0x1F: "Traceroute Query or Request",
    0x22: "Membership Report",
}

GROUP_TYPES: dict[int, str] = {
    0: "Public Group",
    1: "Private Group",
}

REPLIES: dict[int, str] = {
    0: "Request Granted",
    1: "Request Denied, No Resources",
    2: "Request Denied, Invalid Code",
    3: "Request Denied, Invalid Group",
    4: "Request Denied, Invalid Key",
}

RECORD_TYPES: dict[int, str] = {
    1: "Mode Is Include",
    2: "Mode Is Exclude",
    3: "Change To Include Mode",
    4: "Change To Exclude Mode",
    5: "Allow New Sources",
    6: "Block Old Sources",
}

ROUTING_PROTOCOLS: dict[int, str] = {
    1: "DVMRP",
    2: "MOSPF",
    3: "PIM",
    4: "CBT",
    5: "PIM using special routing table",
    6: "PIM using a static route",
    7: "DVMRP using a static route",
    8: "PIM using MBGP (aka BGP4+) route",
    9: "CBT using special routing table",
    10: "CBT using a static route",
    11: "PIM using state created by Assert processing",
}

FORWARDING: dict[int, str] = {
    0x00: "NO_ERROR",
    0x01: "WRONG_IF",
    0x02: "PRUNE_SENT",
    0x03: "PRUNE_RCVD",
    0x04: "SCOPED",
    0x05: "NO_ROUTE",
    0x06: "WRONG_LAST_HOP",
    0x07: "NOT_FORWARDING",
    0x08: "REACHED_RP",
    0x09: "RPF_IF",
    0x0A: "NO_MULTICAST",
    0x0B: "INFO_HIDDEN",
    0x81: "NO_SPACE",
    0x82: "OLD_ROUTER",
    0x83: "ADMIN_PROHIB",
}

SUPPRESS = ("Do not suppress router side processing", "SUPPRESS router side processing")

UNKNOWN = " / Group %s, unknown record type (?)"
UNKNOWN_WITH = " / Group %s, unknown record type (?), sources"

WITHOUT_SOURCES: dict[int, str] = {
    1: " / Leave group %s",
    2: " / Join group %s for any sources",
    3: " / Leave group %s",
    4: " / Join group %s for any sources",
    5: " / Group %s, ALLOW_NEW_SOURCES but no source specified (?)",
    6: " / Group %s, BLOCK_OLD_SOURCES but no source specified (?)",
}
"""What a group record without sources means, by its type."""

_ONLY = (" / Join group %s for source", " / Join group %s for sources in")
_EXCEPT = (" / Join group %s, for source not", " / Join group %s, for sources not in")

WITH_SOURCES: dict[int, tuple[str, str]] = {
    1: _ONLY,
    2: _EXCEPT,
    3: _ONLY,
    4: _EXCEPT,
    5: (" / Group %s, new source", " / Group %s, new sources"),
    6: (" / Group %s, block source", " / Group %s, block sources"),
}
"""The same with one source, and with several."""
