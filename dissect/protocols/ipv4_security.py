"""Security options of the IPv4 header (RFC 791, section 3.1, and RFC 1108)."""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, STR, U16, X8, X16
from dissect.protocols.codes import ipv4_options as codes


def _until_nul(text: str) -> str:
    return text.split("\0")[0]


SECURITY = Field("ip.opt.sec_rfc791_sec", "Security", X16, codes.SECURITY)
COMPARTMENTS = Field("ip.opt.sec_rfc791_comp", "Compartments", U16)
HANDLING = Field("ip.opt.sec_rfc791_hr", "Handling Restrictions", STR, convert=_until_nul)
CONTROL = Field("ip.opt.sec_rfc791_tcc", "Transmission Control Code", STR, convert=_until_nul)
LEVEL = Field("ip.opt.sec_cl", "Classification Level", X8, codes.LEVELS)
TERMINATION = Field(
    "ip.opt.sec_prot_auth_fti", "Field Termination Indicator", BOOL,
    ("Final octet", "Additional octet present"), mask=1,
)  # fmt: skip


def _unassigned(mask: int) -> Field:
    return Field("ip.opt.sec_prot_auth_unassigned", "Unassigned", X8, mask=mask)


AUTHORITIES = Field(
    "ip.opt.sec_prot_auth_flags", "Protection Authority Flags", X8,
    bits=(
        *(
            Field(f"ip.opt.sec_prot_auth_{name}", label, BOOL, codes.PROTECTED, mask=mask)
            for name, label, mask in codes.AUTHORITIES
        ),
        _unassigned(0x06), TERMINATION,
    ),
)  # fmt: skip
MORE_AUTHORITIES = Field(
    "ip.opt.sec_prot_auth_flags", "Protection Authority Flags", X8,
    bits=(_unassigned(0xFE), TERMINATION),
)  # fmt: skip
FORMAT = Field(
    "ip.opt.ext_sec_add_sec_info_format_code", "Additional Security Info Format Code", X8
)
INFORMATION = Field("ip.opt.ext_sec_add_sec_info", "Additional Security Info", BYTES)

INVALID_LENGTH = Note(
    "ip.opt.len.invalid", Severity.WARNING, Group.PROTOCOL, "Invalid length for option",
    "RFC 791, section 3.1",
)  # fmt: skip


def security(c: Cursor) -> None:
    """RFC 791's form where the length and the level fit, else RFC 1108's."""
    option = c.at
    if c.left == 9 and int.from_bytes(c.peek(2), "big") in codes.SECURITY:
        c.add(SECURITY)
        c.add(COMPARTMENTS)
        c.add(HANDLING, 2)
        c.add(CONTROL, 3)
        return
    c.add(LEVEL)
    field = AUTHORITIES
    more = True
    while more and c.left:
        flags = c.add(field)
        c.last.suffix = "".join(
            f", {bit.label}" for bit in field.bits if bit.kind is BOOL and bit.mask & flags
        )
        more = flags & 1
        field = MORE_AUTHORITIES
        if more and not c.left:
            text = "Field Termination Indicator set to 1 for last byte of option"
            c.note(INVALID_LENGTH, option, text)
    if c.left:
        c.note(INVALID_LENGTH, option, "Extraneous data in option")
        c.skip(c.left)


def extended_security(c: Cursor) -> None:
    """What the basic option has no room for (RFC 1108)."""
    c.add(FORMAT)
    c.rest(INFORMATION)
