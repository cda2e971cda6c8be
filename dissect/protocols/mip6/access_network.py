"""The option that says to which network the mobile node is attached (RFC 6757, section 3).

It holds suboptions of type, length (without these two octets) and data:

Network-Identifier   Flags, length, Network Name, length, Access-Point Name
Geo-Location         Latitude (3), Longitude (3), in degrees times 2 to the 15th
Operator-Identifier  Type, Identifier
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, NONE, STR, U8, Kind
from dissect.protocols.mip6.codes import ACCESS_NETWORK, OPERATOR
from dissect.protocols.mip6.options import Words, option

DEGREES = Kind("DEGREES", 3, "int", str, lambda v: f"{v / 32768:.6f}")

SUBOPTION = Field("mip6.acc_net_id", "ANI", NONE)
TYPE = Field("mip6.acc_net_id.ani", "ANI Type", U8, ACCESS_NETWORK)
LENGTH = Field("mip6.acc_net_id.sub_opt_len", "Length", U8)
UTF8 = Field(
    "mip6.acc_net_id.e_bit", "E(Encoding)", BOOL, ("Encoding is undefined", "UTF-8"), mask=0x80
)
NETWORK_LENGTH = Field("mip6.acc_net_id.net_name_len", "Net-Name Length", U8)
NETWORK = Field("mip6.acc_net_id.net_name", "Network Name", STR)
NETWORK_OCTETS = Field("mip6.acc_net_id.net_name_data", "Network Name", BYTES)
POINT_LENGTH = Field("mip6.acc_net_id.ap_name_len", "AP-Name Length", U8)
POINT = Field("mip6.acc_net_id.ap_name", "Access-Point Name", STR)
LATITUDE = Field("mip6.acc_net_id.geo.latitude_degrees", "Latitude Degrees", DEGREES)
LONGITUDE = Field("mip6.acc_net_id.geo.longitude_degrees", "Longitude Degrees", DEGREES)
OPERATOR_TYPE = Field("mip6.acc_net_id.op_id.type", "Op-ID Type", U8, OPERATOR)
OPERATOR_ID = Field("mip6.acc_net_id.op_id", "Op-ID", BYTES)
UNKNOWN_DATA = Field("sixscope.mip6.ani.data", "Data", BYTES)

UNKNOWN = Note(
    "mip6.acc_net_id.ani.unknown", Severity.NOTE, Group.UNDECODED, "Suboption not decoded"
)

NETWORK_IDENTIFIER, LOCATION, OPERATOR_IDENTIFIER = 1, 2, 3


@option(52, "acc_net_id", "Access Network Identifier", least=3)
def access_network(c: Cursor) -> Words:
    """The suboptions, one behind the other."""
    while c.more:
        _suboption(c)
    return None


def _suboption(c: Cursor) -> None:
    kind, length = c.octet(), c.octet(1)
    with c.item(SUBOPTION, 2 + length, because="mip6.acc_net_id.sub_opt_len") as node:
        c.add(TYPE)
        c.add(LENGTH)
        name = ACCESS_NETWORK.get(kind) or f"Unknown ANI Type ({kind:02d})"
        node.text = ("ANI: %s (t=%d,l=%d)", name, kind, length)
        if kind == NETWORK_IDENTIFIER:
            _network(c)
        elif kind == LOCATION:
            c.add(LATITUDE)
            c.add(LONGITUDE)
        elif kind == OPERATOR_IDENTIFIER:
            c.add(OPERATOR_TYPE)
            c.add(OPERATOR_ID, c.left)
        else:
            c.note(UNKNOWN, c.at, f"{UNKNOWN.text}: {kind}")
            c.rest(UNKNOWN_DATA)


def _network(c: Cursor) -> None:
    text = c.add(UTF8)
    c.add(NETWORK if text else NETWORK_OCTETS, c.add(NETWORK_LENGTH))
    c.add(POINT, c.add(POINT_LENGTH))
