"""Records that most zones have, and those that nobody has any more (RFC 1035, section 3.3 …)."""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, ETHER, EUI64, IPV4, IPV6, STR, U8, U16, U32, X8
from dissect.protocols.codes.ip_protocols import IP_PROTO
from dissect.protocols.dns.names import add_name
from dissect.protocols.dns.records import Record, counted, domain, plain, record, rest, row, seconds


def _text(name: str, label: str) -> Field:
    return Field(f"dns.{name}", label, STR)


row(1, plain(Field("dns.a", "Address", IPV4)), info=" %s", line=", addr %s")
row(28, plain(Field("dns.aaaa", "AAAA Address", IPV6)), info=" %s", line=", addr %s")

# --- a name alone, or names

row(2, domain(_text("ns", "Name Server")), info=" %s", line=", ns %s")
row(3, domain(_text("md", "Mail Destination")), owner=True)
row(4, domain(_text("mf", "Mail Forwarder")), owner=True)
row(5, domain(_text("cname", "CNAME")), info=" %s", line=", cname %s")
row(7, domain(_text("mb", "MailBox Domaine")), owner=True)
row(8, domain(_text("mg", "Mail Group member")), owner=True)
row(9, domain(_text("mr", "Mail Rename domaine")), owner=True)
row(12, domain(_text("ptr.domain_name", "Domain Name")), info=" %s", line=", %s")
row(23, domain(_text("nsap_ptr.owner", "Owner")), owner=True)
row(39, domain(_text("dname", "Dname")), info=" %s", line=", dname %s")
row(
    14, domain(_text("minfo.r", "Responsible Mailbox")), domain(_text("minfo.e", "Error Mailbox")),
    owner=True,
)  # fmt: skip
row(17, domain(_text("rp.mailbox", "Mailbox")), domain(_text("rp.txt_rr", "TXT RR")), owner=True)
row(
    6,
    domain(_text("soa.mname", "Primary name server")),
    domain(_text("soa.rname", "Responsible authority's mailbox")),
    plain(Field("dns.soa.serial_number", "Serial Number", U32)),
    seconds(Field("dns.soa.refresh_interval", "Refresh Interval", U32)),
    seconds(Field("dns.soa.retry_interval", "Retry Interval", U32)),
    seconds(Field("dns.soa.expire_limit", "Expire limit", U32)),
    seconds(Field("dns.soa.minimum_ttl", "Minimum TTL", U32)),
    info=" %s", line=", mname %s",
)  # fmt: skip

# --- a preference and names

row(
    15, plain(Field("dns.mx.preference", "Preference", U16)),
    domain(_text("mx.mail_exchange", "Mail Exchange")),
    info=" %s %s", line=", preference %s, mx %s",
)  # fmt: skip
row(
    18, plain(Field("dns.afsdb.subtype", "Subtype", U16)),
    domain(_text("afsdb.hostname", "Hostname")), owner=True,
)  # fmt: skip
row(
    21, plain(Field("dns.rt.subtype", "Preference", U16)),
    domain(_text("rt.intermediate_host", "Intermediate Hostname")), owner=True,
)  # fmt: skip
row(
    26, plain(Field("dns.px.preference", "Preference", U16)), domain(_text("px.map822", "MAP822")),
    domain(_text("px.map400", "MAPX400")), owner=True,
)  # fmt: skip
row(
    33, plain(Field("dns.srv.priority", "Priority", U16)),
    plain(Field("dns.srv.weight", "Weight", U16)), plain(Field("dns.srv.port", "Port", U16)),
    domain(_text("srv.target", "Target")),
    info=" %s %s %s %s", line=", priority %s, weight %s, port %s, target %s",
)  # fmt: skip
row(
    36, plain(Field("dns.kx.preference", "Preference", U16)),
    domain(_text("kx.key_exchange", "Key Exchange")),
    info=" %s %s", line=", preference %s, kx %s",
)  # fmt: skip

# --- character strings

row(
    13, counted(Field("dns.hinfo.cpu_length", "CPU Length", U8), _text("hinfo.cpu", "CPU")),
    counted(Field("dns.hinfo.os_length", "OS Length", U8), _text("hinfo.os", "OS")),
    info=" %s %s", line=", CPU %s, OS %s",
)  # fmt: skip
row(
    19, counted(Field("dns.x25.length", "Length", U8), _text("x25.psdn_address", "PSDN-Address")),
    owner=True,
)  # fmt: skip
row(
    27,
    counted(
        Field("dns.gpos.longitude_length", "Longitude length", U8),
        _text("gpos.longitude", "Longitude"),
    ),
    counted(
        Field("dns.gpos.latitude_length", "Latitude length", U8), _text("gpos.latitude", "Latitude")
    ),
    counted(
        Field("dns.gpos.altitude_length", "Altitude length", U8), _text("gpos.altitude", "Altitude")
    ),
    owner=True,
)
ISDN = counted(Field("dns.idsn.length", "Length", U8), _text("idsn.address", "ISDN Address"))
ISDN_SUB = counted(
    Field("dns.idsn.sa.length", "Length", U8), _text("idsn.sa.address", "Sub Address")
)
TXT = counted(Field("dns.txt.length", "TXT Length", U8), _text("txt", "TXT"))
SPF = counted(Field("dns.spf.length", "SPF Length", U8), _text("spf", "SPF"))


@record(16)
def txt(c: Cursor, rr: Record) -> None:
    """Any number of strings."""
    while c.more:
        TXT(c, rr)


@record(99)
def spf(c: Cursor, rr: Record) -> None:
    """The same, for one purpose; not in use any more (RFC 7208, section 3.1)."""
    while c.more:
        SPF(c, rr)


@record(20)
def isdn(c: Cursor, rr: Record) -> None:
    """A number, and maybe what follows it (RFC 1183, section 3.2)."""
    c.info_add(" %s", rr.name.text)
    ISDN(c, rr)
    if c.more:
        ISDN_SUB(c, rr)


# --- octets

row(10, rest(Field("dns.null", "Null (data)", BYTES)), owner=True)
row(22, rest(Field("dns.nsap.rdata", "NSAP Data", BYTES)), owner=True)
row(49, rest(Field("dns.dhcid.rdata", "DHCID Data", BYTES)), owner=True)
row(108, plain(Field("dns.eui48", "EUI48 Address", ETHER)))
row(109, plain(Field("dns.eui64", "EUI64 Address", EUI64)))

# --- identifiers and locators (RFC 6742)

row(
    104, plain(Field("dns.ilnp.nid.preference", "Preference", U16)),
    plain(Field("dns.ilnp.nid", "NodeID", BYTES), 8),
)  # fmt: skip
row(
    105, plain(Field("dns.ilnp.l32.preference", "Preference", U16)),
    plain(Field("dns.ilnp.l32", "Locator32", IPV4)),
)  # fmt: skip
row(
    106, plain(Field("dns.ilnp.l64.preference", "Preference", U16)),
    plain(Field("dns.ilnp.l64", "Locator64", BYTES), 8),
)  # fmt: skip
row(
    107, plain(Field("dns.ilnp.lp.preference", "Preference", U16)),
    domain(_text("ilnp.lp", "Locator FQDN")),
)  # fmt: skip

# --- services

WKS_ADDRESS = Field("dns.wks.address", "Address", IPV4)
WKS_PROTOCOL = Field("dns.wks.protocol", "Protocol", U8, IP_PROTO)
WKS_BITS = Field("dns.wks.bits", "Bits", X8)


@record(11)
def well_known_services(c: Cursor, rr: Record) -> None:
    """An address, and a bit for every port that is served (RFC 1035, section 3.4.2)."""
    address = c.add(WKS_ADDRESS)
    c.info_add(" %s", address)
    rr.line = (", addr %s", address)
    c.add(WKS_PROTOCOL)
    first = 0
    while c.more:
        c.need(1)
        octet = c.octet()
        if octet:
            c.add(WKS_BITS)
            ports = [str(first + bit) for bit in range(8) if octet & 0x80 >> bit]
            if c.at is not None:
                c.last.suffix = f" ({', '.join(ports)})"
        else:
            c.skip(1)
        first += 8


NAPTR_ORDER = Field("dns.naptr.order", "Order", U16)
NAPTR_PREFERENCE = Field("dns.naptr.preference", "Preference", U16)
NAPTR_FLAGS = counted(
    Field("dns.naptr.flags_length", "Flags Length", U8), _text("naptr.flags", "Flags")
)
NAPTR_SERVICE = counted(
    Field("dns.naptr.service_length", "Service Length", U8), _text("naptr.service", "Service")
)
NAPTR_REGEX = counted(
    Field("dns.naptr.regex_length", "Regex Length", U8), _text("naptr.regex", "Regex")
)
REPLACEMENT_LENGTH = Field("dns.naptr.replacement_length", "Replacement Length", U8)
REPLACEMENT = _text("naptr.replacement", "Replacement")


@record(35)
def naptr(c: Cursor, rr: Record) -> None:
    """A rule to rewrite a string (RFC 3403, section 4.1)."""
    order, preference = c.add(NAPTR_ORDER), c.add(NAPTR_PREFERENCE)
    flags = NAPTR_FLAGS(c, rr)
    NAPTR_SERVICE(c, rr)
    NAPTR_REGEX(c, rr)
    node = c.put(REPLACEMENT_LENGTH, 0)
    name = add_name(c, rr.message, REPLACEMENT)
    node.value = name.length
    c.info_add(" %s %s %s", order, preference, flags)
    rr.line = (", order %s, preference %s, flags %s", order, preference, flags)
