"""Options that say where services are: lists of addresses, of names, and texts.

The RFCs: 3319 (SIP), 3646 (DNS), 3898 (NIS), 4075 (SNTP), 4280 (BCMCS), 4833 (time zones),
5192 (PANA), 5417 (CAPWAP), 6334 (AFTR), 8520 (MUD), 8910 (captive portal).
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.tree import Field
from dissect.engine.values import IPV6, STR, U16
from dissect.protocols.dhcpv6.domain import name_list, names
from dissect.protocols.dhcpv6.options import MALFORMED, Message, addresses, malformed, option, text

addresses(22, "SIP servers address", Field("dhcpv6.sip_server_a", "SIP server address", IPV6))
addresses(23, "DNS servers address", Field("dhcpv6.dns_server", "DNS server address", IPV6))
addresses(27, "NIS servers address", Field("dhcpv6.nis_server", "NIS server address", IPV6))
addresses(28, "NISP servers address", Field("dhcpv6.nisp_server", "NISP server address", IPV6))
addresses(31, "SNTP servers address", Field("dhcpv6.sntp_server", "SNTP server address", IPV6))
addresses(34, "BCMCS servers address", Field("dhcpv6.bcmcs_server_a", "BCMCS server address", IPV6))
addresses(40, "PANA agent address", Field("dhcpv6.pana_agent", "PANA agents address", IPV6))
addresses(
    52, "CAPWAP Access Controllers address",
    Field("dhcpv6.capwap_ac_v6", "CAPWAP Access Controllers address", IPV6),
)  # fmt: skip

name_list(
    21, "SIP Servers Domain Search List",
    Field("dhcpv6.sip_server_domain_search_fqdn", "SIP Server Domain Search FQDN", STR),
)  # fmt: skip
name_list(
    24, "Domain name suffix search list", Field("dhcpv6.search_list_entry", "List entry", STR)
)
name_list(29, "nis-domain-name", Field("dhcpv6.nis_fqdn", "NIS FQDN", STR))
name_list(30, "nisp-domain-name", Field("dhcpv6.nisp_fqdn", "NISP FQDN", STR))
name_list(
    33, "BCMCS Servers Domain Search List",
    Field("dhcpv6.bcmcs_server_fqdn", "BCMCS server FQDN", STR),
)  # fmt: skip

text(41, "TIMEZONE", Field("dhcpv6.timezone", "Time-zone", STR))
text(42, "TZDB", Field("dhcpv6.tzdb", "TZ-database", STR))
text(103, "CAPTIVE_PORTAL", Field("dhcpv6.captive_portal", "Captive Portal", STR), empty=True)
text(112, "MUD_URL", Field("dhcpv6.mudurl", "MUDURL", STR))

AFTR = Field("dhcpv6.aftr_name", "DS-Lite AFTR Name", STR)


@option(64, "AFTR_NAME")
def aftr_name(c: Cursor, message: Message) -> None:
    """The tunnel end of Dual-Stack Lite."""
    names(c, AFTR)


# --- NTP (RFC 5908, section 4) -----------------------------------------------------------------

NTP_ADDRESS, NTP_MULTICAST, NTP_FQDN = 1, 2, 3
NTP_TYPES = {
    NTP_ADDRESS: "NTP Server Address",
    NTP_MULTICAST: "NTP Multicast Address",
    NTP_FQDN: "NTP Server FQDN",
}
NTP_TYPE = Field("dhcpv6.ntpserver.option.type", "Suboption", U16, NTP_TYPES)
NTP_LENGTH = Field("dhcpv6.ntpserver.option.length", "Length", U16)
NTP_FIELDS = {
    NTP_ADDRESS: Field("dhcpv6.ntpserver.addr", "NTP Server Address", IPV6),
    NTP_MULTICAST: Field("dhcpv6.ntpserver.mc_addr", "NTP Multicast Address", IPV6),
}
NTP_NAME = Field("dhcpv6.ntpserver.fqdn", "NTP Server FQDN", STR)


@option(56, "NTP Server", least=4)
def ntp_servers(c: Cursor, message: Message) -> None:
    """Suboptions, each an address or a name."""
    while c.more:
        head = c.peek(4)
        kind, size = int.from_bytes(head[:2], "big"), int.from_bytes(head[2:], "big")
        if c.left < 4 or 4 + size > c.left:
            malformed(c, "NTP Server", "suboption too long")
            return
        with c.text(NTP_TYPES.get(kind) or f"NTP Server suboption {kind}"):
            c.add(NTP_TYPE)
            c.add(NTP_LENGTH)
            with c.limit(size, "dhcpv6.ntpserver.option.length"):
                _ntp_server(c, kind)


def _ntp_server(c: Cursor, kind: int) -> None:
    if kind == NTP_FQDN:
        names(c, NTP_NAME)
    elif kind in NTP_FIELDS and c.left == 16:
        c.add(NTP_FIELDS[kind])
    else:
        if kind in NTP_FIELDS:
            c.note(MALFORMED, "dhcpv6.ntpserver.option.length", "NTP Server: not an address")
        c.skip(c.left)
