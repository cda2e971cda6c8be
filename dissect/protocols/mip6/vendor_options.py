"""The vendor specific option (RFC 5094), and what 3GPP puts into it (3GPP TS 29.282).

Vendor Id (4), Subtype, Data; 3GPP's data begin with an octet whose last bit says that more of them
follows in another option.
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, IPV4, IPV6, U8, U32, X16, Kind
from dissect.protocols.mip6.codes import CAUSES, ENTERPRISES, VENDOR_3GPP
from dissect.protocols.mip6.options import Words, option
from dissect.protocols.mip6.proxy_options import VENDOR, VENDOR_SPECIFIC, VENDOR_SUBTYPE

ID_3GPP = 10415


def digits_text(octets: bytes) -> str:
    """Digits two to an octet, the lower half first; 15 in the upper half ends them."""
    digits = ""
    for octet in octets:
        upper, lower = divmod(octet, 16)
        digits += str(lower) if lower < 10 else "?"
        if upper == 15:
            break
        digits += str(upper) if upper < 10 else "?"
    return digits


DIGITS = Kind("DIGITS", 0, "bytes", digits_text, digits_text)

OTHER_SUBTYPE = Field("mip6.vsm.subtype", "Subtype", U8)
OTHER_DATA = Field("mip6.vsm.data", "Data", BYTES)
RESERVED = Field("mip6.3gpp.reserved", "Reserved", U8, mask=0xFE)
MORE = Field("mip6.3gpp.flag.m", "M flag", BOOL, mask=0x01)
ERROR = Field("mip6.3gpp.spec_pmipv6_err_code", "3GPP Specific PMIPv6 Error Code", U8, CAUSES)
GATEWAY_IPV4 = Field("mip6.3gpp.pdn_gw_ipv4_addr", "PDN GW IPv4 address", IPV4)
GATEWAY_IPV6 = Field("mip6.3gpp.pdn_gw_ipv6_addr", "PDN GW IPv6 address", IPV6)
DHCP = Field(
    "mip6.3gpp.dhcpv4_addr_all_proc_ind", "DHCPv4 Address Allocation Procedure Indication", U8
)
PDN_TYPE = Field("mip6.3gpp.pdn_type", "PDN type", U8)
PDN_CAUSE = Field("mip6.3gpp.pdn_ind_cause", "Cause", U8, CAUSES)
CHARGING = Field("mip6.3gpp.chg_id", "Charging ID", U32)
CHARACTERISTIC = Field(
    "mip6.3gpp.charging_characteristic", "Charging Characteristic", X16, mask=0xFFFF
)
EQUIPMENT = Field("mip6.3gpp.mei", "Mobile Equipment Identity (MEI)", DIGITS)
MSISDN = Field("mip6.3gpp.msisdn", "MSISDN", DIGITS)
RESTRICTION = Field("mip6.3gpp.apn_rest", "APN Restriction", U8)
MOST_RESTRICTION = Field("mip6.3gpp.max_apn_rest", "Maximum APN Restriction", U8)
IMSI = Field("mip6.3gpp.imsi", "Unauthenticated IMSI", DIGITS)
CONNECTION = Field("mip6.3gpp.pdn_conn_id", "PDN Connection ID", U8, mask=0x0F)
LOW_PRIORITY = Field("mip6.3gpp.lapi", "LAPI (Low Access Priority Indication)", BOOL, mask=0x01)
UNKNOWN_DATA = Field("sixscope.mip6.vsm.data", "Data", BYTES)

SELECTION_MODES = {
    0: "MS or network provided APN, subscription verified",
    1: "MS provided APN, subscription not verified",
    2: "Network provided APN, subscription not verified",
    3: "Network provided APN, subscription not verified",
}
TIMER_UNITS = {
    0: "2 seconds", 1: "1 minute", 2: "10 minutes", 3: "1 hour", 4: "10 hours", 7: "Infinite",
}  # fmt: skip
SELECTION = Field("gtpv2.selec_mode", "Selection Mode", U8, SELECTION_MODES, mask=0x03)
TIMER_UNIT = Field("gtpv2.timer_unit", "Timer unit", U8, TIMER_UNITS, mask=0xE0)
TIMER = Field("gtpv2.timer_value", "Timer value", U8, mask=0x1F)

UNKNOWN = Note(
    "mip6.vsm.data_not_dissected", Severity.NOTE, Group.UNDECODED, "Vendor's data not decoded"
)


@option(VENDOR_SPECIFIC, "vsm", "Vendor Specific", least=2)
def vendor_specific(c: Cursor) -> Words:
    """What a vendor has to say."""
    vendor = c.add(VENDOR)
    name = ENTERPRISES.get(vendor, "<unknown>")
    if vendor != ID_3GPP:
        c.add(OTHER_SUBTYPE)
        c.rest(OTHER_DATA)
        return ": %s", name
    subtype = c.add(VENDOR_SUBTYPE)
    c.peek_add(RESERVED)
    if c.add(MORE):
        c.note(UNKNOWN, c.at, f"{UNKNOWN.text}: more follows in another option")
        c.rest(UNKNOWN_DATA)
    else:
        READERS.get(subtype, _unknown)(c)
    return ": %s %s", name, VENDOR_3GPP.get(subtype, "<unknown>")


def _unknown(c: Cursor) -> None:
    c.note(UNKNOWN, c.at)
    c.rest(UNKNOWN_DATA)


def _fields(*fields: Field) -> Callable[[Cursor], None]:
    """A reader of these fields; one whose kind has no size takes what is left."""

    def read(c: Cursor) -> None:
        for field in fields:
            c.add(field, field.kind.size or c.left)

    return read


def _gateway(c: Cursor) -> None:
    """Of the family that the size says."""
    if c.left == 4:
        c.add(GATEWAY_IPV4)
    elif c.left == 16:
        c.add(GATEWAY_IPV6)


def _timer(c: Cursor) -> None:
    c.peek_add(TIMER_UNIT)
    c.add(TIMER)


READERS: dict[int, Callable[[Cursor], None]] = {
    2: _fields(ERROR),
    3: _gateway,
    4: _fields(DHCP),
    6: _fields(PDN_TYPE, PDN_CAUSE),
    7: _fields(CHARGING),
    8: _fields(SELECTION),
    10: _fields(CHARACTERISTIC),
    11: _fields(EQUIPMENT),
    12: _fields(MSISDN),
    14: _fields(RESTRICTION),
    15: _fields(MOST_RESTRICTION),
    16: _fields(IMSI),
    17: _fields(CONNECTION),
    18: _timer,
    19: _fields(LOW_PRIORITY),
}
