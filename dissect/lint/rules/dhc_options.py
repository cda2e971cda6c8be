"""DHCPv6's options: which of them stand in which message, and their lengths (RFC 8415)."""

from __future__ import annotations

from dissect.lint.at import At
from dissect.lint.dhcpv6 import (
    ADVERTISE,
    AUTH,
    CLIENT_ID,
    CONFIRM,
    DECLINE,
    ELAPSED,
    FORWARD,
    HEADS,
    IA_ADDRESS,
    IA_PD,
    IA_PREFIX,
    IAS,
    INF_MAX_RT,
    INFORMATION,
    INTERFACE_ID,
    MESSAGE,
    ORO,
    PREFERENCE,
    RAPID,
    REBIND,
    RECONF_ACCEPT,
    RECONF_MESSAGE,
    RECONFIGURE,
    RELAY_REPLY,
    RELEASE,
    RENEW,
    REPLY,
    REQUEST,
    SERVER_ID,
    SOL_MAX_RT,
    SOLICIT,
    STATUS,
    UNICAST,
    USER_CLASS,
    message,
    options,
)
from dissect.lint.rule import Hit, Hits, rule
from dissect.verdict import Level

FIXED = {
    PREFERENCE: 1, ELAPSED: 2, UNICAST: 16, RAPID: 0, RECONF_MESSAGE: 1, RECONF_ACCEPT: 0,
    32: 4, SOL_MAX_RT: 4, INF_MAX_RT: 4,
}  # fmt: skip
"""Octets of options that have a fixed length (RFC 8415, section 21)."""
SINGLE = frozenset((
    CLIENT_ID, SERVER_ID, ORO, PREFERENCE, ELAPSED, MESSAGE, AUTH, UNICAST, STATUS, RAPID,
    USER_CLASS, INTERFACE_ID, RECONF_MESSAGE, RECONF_ACCEPT, SOL_MAX_RT, INF_MAX_RT,
))  # fmt: skip
LONGEST_DUID = 130
BOTH = frozenset((15, 16, 17))
"""Classes and the vendor's own, which nearly all messages may have."""
ALLOWED = {
    SOLICIT: IAS | BOTH | {CLIENT_ID, ORO, ELAPSED, RAPID, RECONF_ACCEPT, AUTH},
    ADVERTISE: IAS | BOTH | {CLIENT_ID, SERVER_ID, PREFERENCE, STATUS, RECONF_ACCEPT, AUTH,
                             SOL_MAX_RT, INF_MAX_RT},
    REQUEST: IAS | BOTH | {CLIENT_ID, SERVER_ID, ORO, ELAPSED, RECONF_ACCEPT, AUTH},
    CONFIRM: (IAS - {IA_PD}) | BOTH | {CLIENT_ID, ELAPSED, AUTH},
    RENEW: IAS | BOTH | {CLIENT_ID, SERVER_ID, ORO, ELAPSED, RECONF_ACCEPT, AUTH},
    REBIND: IAS | BOTH | {CLIENT_ID, ORO, ELAPSED, RECONF_ACCEPT, AUTH},
    DECLINE: IAS | BOTH | {CLIENT_ID, SERVER_ID, ELAPSED, AUTH},
    RELEASE: IAS | BOTH | {CLIENT_ID, SERVER_ID, ELAPSED, AUTH},
    REPLY: IAS | BOTH | {CLIENT_ID, SERVER_ID, AUTH, UNICAST, STATUS, RAPID, RECONF_ACCEPT,
                         SOL_MAX_RT, INF_MAX_RT, PREFERENCE},
    RECONFIGURE: frozenset((CLIENT_ID, SERVER_ID, AUTH, RECONF_MESSAGE)),
    INFORMATION: BOTH | {CLIENT_ID, SERVER_ID, ORO, ELAPSED, RECONF_ACCEPT, AUTH},
    FORWARD: frozenset((MESSAGE, 17, INTERFACE_ID)),
    RELAY_REPLY: frozenset((MESSAGE, 17, INTERFACE_ID)),
}  # fmt: skip
"""Of the options of RFC 8415 those that a message may have (appendix B).

Authentication may be in any, as with RFC 3315's delayed protocol, and Preference in a Reply.
"""
JUDGED = frozenset().union(*ALLOWED.values())


@rule(
    "DHC-013", Level.ERROR, "RFC 8415, section 21, appendices B and C", "Option misplaced or twice",
    why="Addresses stand in their associations, each message has the options that it may have, and "
        "most of them once.  Receivers ignore others, or drop the message.",
    fix="Move the option to where appendix C has it.",
    on="dhcpv6", field="dhcpv6.option.type", whole=True,
)  # fmt: skip
def misplaced(at: At) -> Hits:
    """An option that appendix B doesn't have for a message is a warning."""
    said = message(at)
    if said is None:
        return
    seen: set[int] = set()
    allowed = ALLOWED[said.kind]
    for one in said.options:
        if one.code in (IA_ADDRESS, IA_PREFIX):
            yield Hit(f"Option {one.name} misplaced in {said.name}: outside of its association",
                      key=f"{said.name} {one.name}")  # fmt: skip
        elif one.code in JUDGED and one.code not in allowed:
            yield Hit(f"Option {one.name} misplaced in {said.name}", level=Level.WARNING,
                      key=f"{said.name} {one.name}")  # fmt: skip
        if one.code in SINGLE and one.code in seen:
            yield Hit(f"Option {one.name} repeated in {said.name}",
                      key=f"{said.name} {one.name} again")  # fmt: skip
        seen.add(one.code)
        if one.code in (CLIENT_ID, SERVER_ID) and one.length > LONGEST_DUID:
            yield Hit(f"{one.name} of {one.length} octets, at most {LONGEST_DUID}", key="duid",
                      field="dhcpv6.duid.bytes")  # fmt: skip


@rule(
    "DHC-014", Level.ERROR, "RFC 8415, section 21.1", "DHCPv6 option of wrong length",
    why="It runs past what it stands in, or hasn't the length of its kind: what follows is read "
        "wrongly.",
    fix="Set option-len to the octets of the value.",
    on="dhcpv6", field="dhcpv6.option.length", whole=True,
)  # fmt: skip
def option_length(at: At) -> Hits:
    """Also of those in associations."""
    said = message(at)
    if said is None or at.part:
        return
    inner = [
        each for one in said.options if one.code in IAS
        for each in options(one.value[HEADS[one.code] :])
    ]  # fmt: skip
    for one in [*said.options, *inner]:
        expected, least = FIXED.get(one.code), HEADS.get(one.code, 0)
        if not one.fits:
            yield Hit(f"Option {one.name} length {one.length} runs past its container")
        elif (expected is not None and one.length != expected) or one.length < least:
            yield Hit(f"Option {one.name} length {one.length} invalid")
