"""All about one address: what ``sixscope addr`` tells."""

from __future__ import annotations

from dissect.address import mac as link
from dissect.address import multicast
from dissect.address.embed import embed, extract
from dissect.address.inside import TO_6TO4
from dissect.address.interface import identifier_of, next_identifier
from dissect.address.prefix import Prefix, reverse_name, reverse_zones
from dissect.address.sheet import Options, Sheet
from dissect.address.special import block_of, blocks_around, blocks_within, ipv4_class
from dissect.address.text import (
    NotAnAddress,
    Typed,
    canonical,
    full,
    groups,
    prefix_text,
)

IPV4_AT_THE_END = {"ipv4-compatible", "ipv4-mapped", "ipv4-translated", "nat64", "trt"}
NOT_ON_A_LINK = {
    "unspecified", "loopback", "multicast", "ipv4-mapped", "discard", "nat64", "nat64-local", "trt",
}  # fmt: skip
"""No node asks its neighbours for these."""
MOST = 8
"""Longer lists are cut."""


def explain(typed: Typed, options: Options | None = None) -> Sheet:
    """What there is to say about what was typed; raises NotAnAddress for what can't be told."""
    sheet, options = Sheet(), options or Options()
    tell = {"ipv6": _ip, "ipv4": _ip, "mac": _mac, "eui64": _eui64, "iid": _interface}
    tell[typed.sort](sheet, typed, options)
    if options.history is not None:
        _next(sheet, typed, options.history)
    return sheet


def _ip(sheet: Sheet, typed: Typed, options: Options) -> None:
    """An address, a prefix, or an address with its prefix (RFC 4291, section 2.3)."""
    bits = 8 * len(typed.octets)
    length = bits if typed.length is None else typed.length
    prefix = Prefix.of(typed.octets, length)
    if length == bits or typed.octets != prefix.network:
        tell = _ipv6 if bits == 128 else _ipv4
        tell(sheet, typed, options)
    if typed.length is not None:
        _prefix(sheet, prefix, meaning=typed.octets == prefix.network and length < bits)


# --- IPv6 --------------------------------------------------------------------------------------


def _ipv6(sheet: Sheet, typed: Typed, options: Options) -> None:
    address = typed.octets
    block = block_of(address)
    sheet.tell("address", "IPv6 address", canonical(address))
    sheet.tell("full", "in full", full(address))
    sheet.kind(block)
    if typed.zone is not None:
        _zone(sheet, typed.zone, address)
    if block.kind == "link-local" and any(address[2:8]):
        sheet.tell("remark", "remark", "bits 11 to 64 should be zero")
    if block.kind == "multicast":
        _group(sheet, address)
    if block.kind in IPV4_AT_THE_END:
        sheet.ipv4("ipv4", "IPv4 address", address[12:])
    if block.kind == "nat64-local" and options.translator is None:
        sheet.ipv4("ipv4", "IPv4 address", address[12:], ", if the translator's prefix is a /96")
        sheet.tell("ipv4_guess", "", True)
    translated = _translated(sheet, address, options)
    sheet.inside(address)
    if block.kind == "unique-local":
        _unique_local(sheet, address)
    if block.has_interface and not translated:
        _identifier(sheet, address[8:], options)
    if block.kind not in NOT_ON_A_LINK and not translated:
        _solicited(sheet, address)
    sheet.tell("reverse", "reverse name", reverse_name(address))


def _zone(sheet: Sheet, zone: str, address: bytes) -> None:
    local = block_of(address).scope == "link-local" or (
        address[0] == 0xFF and address[1] & 15 in (1, 2)
    )
    note = "" if local else ", of no use: the address is not link-local"
    sheet.tell("zone", "zone", zone, f"{zone}{note} (RFC 4007, section 11)")


def _unique_local(sheet: Sheet, address: bytes) -> None:
    """Global ID and subnet (RFC 4193, section 3.1)."""
    local = bool(address[0] & 1)
    words = "assigned locally" if local else "not defined yet: the L bit is 0"
    sheet.tell("ula_global_id", "global ID", address[1:6].hex(), f"{address[1:6].hex()}, {words}")
    sheet.tell("ula_subnet", "subnet ID", address[6:8].hex())


def _translated(sheet: Sheet, address: bytes, options: Options) -> bool:
    """The IPv4 address behind the translator's prefix; False for an address that isn't behind."""
    if options.translator is None:
        return False
    prefix, length = options.translator
    if Prefix.of(address, length).network != prefix:
        return False
    behind = prefix_text(prefix, length)
    sheet.ipv4("translated_ipv4", "IPv4 by NAT64", extract(address, length), f", behind {behind}")
    return True


def _identifier(sheet: Sheet, octets: bytes, options: Options) -> None:
    found = identifier_of(octets)
    words = f"{found.words}{'; a guess' if found.guess else ''}"
    sheet.tell("iid", "interface identifier", groups(octets), groups(octets), words)
    sheet.tell("iid_kind", "", found.kind)
    sheet.tell("iid_guess", "", found.guess)
    if isinstance(found.value, bytes):
        if found.kind == "eui64":
            sheet.vendor("mac", "MAC address", found.value, options.names)
        else:
            sheet.ipv4("iid_ipv4", "IPv4 address", found.value)


def _solicited(sheet: Sheet, address: bytes) -> None:
    group = multicast.solicited_node(address)
    sheet.tell("solicited_node", "solicited-node group", canonical(group))
    sheet.tell("solicited_node_mac", "and its MAC", multicast.ethernet(group).hex(":"))


def _group(sheet: Sheet, address: bytes, bits: int = 128) -> None:
    """A multicast address, or as much of it as its first bits tell."""
    group = multicast.group_of(address)
    sheet.tell("flags", "flags", group.flags, f"0x{group.flags:x} {group.flag_names}")
    sheet.tell("multicast_scope", "multicast scope", group.scope_name,
               f"{group.scope_name} ({group.scope:x})")  # fmt: skip
    if bits < 96:
        return
    sheet.tell("form", "form", group.form, f"{group.form.replace('-', ' ')} ({group.reference})")
    if group.prefix is not None:
        sheet.tell("owner", "owner's prefix", prefix_text(*group.prefix))
    if group.rendezvous is not None:
        sheet.tell("rendezvous_point", "rendezvous point", canonical(group.rendezvous))
    if group.interface is not None:
        sheet.tell("owner_iid", "owner's interface", groups(group.interface))
    if bits < 128:
        return
    if group.suffix is not None:
        sheet.tell("suffix", "nodes whose address ends in", group.suffix.hex())
    elif group.name or group.form == "permanent":
        sheet.tell("group", "group", group.name or None, group.name or "no well-known name")
    sheet.tell("group_id", "group ID", f"0x{group.group:x}")
    sheet.tell("mac", "Ethernet address", multicast.ethernet(address).hex(":"))


# --- IPv4 --------------------------------------------------------------------------------------


def _ipv4(sheet: Sheet, typed: Typed, options: Options) -> None:
    address = typed.octets
    block = block_of(address)
    letter, bits = ipv4_class(address)
    sheet.tell("address", "IPv4 address", canonical(address))
    number = int.from_bytes(address, "big")
    sheet.tell("number", "as a number", number, f"{number}, 0x{number:08x}")
    sheet.kind(block)
    mask = canonical(Prefix.of(address, bits).netmask) if bits else None
    sheet.tell("class", "class", letter, letter + (f", netmask {mask} (/{bits})" if mask else ""))
    if letter == "D":
        name = multicast.ipv4_group_name(address)
        sheet.tell("group", "group", name or None, name or "no well-known name")
        sheet.tell("mac", "Ethernet address", multicast.ethernet(address).hex(":"))
    elif letter != "E" and block.kind not in ("unspecified", "this-network", "loopback"):
        _in_ipv6(sheet, address, options)
    sheet.tell("reverse", "reverse name", reverse_name(address))


def _in_ipv6(sheet: Sheet, address: bytes, options: Options) -> None:
    """The forms that an IPv4 address has in IPv6."""
    block = block_of(address)
    sheet.tell("ipv4_mapped", "IPv4-mapped", canonical(bytes(10) + b"\xff\xff" + address))
    if block.reachable is not False:  # RFC 3056, section 2: an address that is globally unique
        prefix = (TO_6TO4 + address).ljust(16, b"\0")
        sheet.tell("6to4", "6to4 prefix", prefix_text(prefix, 48))
        well_known = bytes.fromhex("0064ff9b") + bytes(8) + address
        sheet.tell("nat64", "NAT64, well-known", canonical(well_known))
    if options.translator is not None:
        prefix, length = options.translator
        sheet.tell("translated", f"NAT64, {prefix_text(prefix, length)}",
                   canonical(embed(prefix, length, address)))  # fmt: skip
    unique = b"\x02\0" if block.reachable is not False else b"\0\0"
    isatap = unique + b"\x5e\xfe" + address
    sheet.tell("isatap_iid", "ISATAP identifier", groups(isatap))
    sheet.tell("isatap", "ISATAP, link-local", canonical(link.link_local(isatap)))


# --- prefixes ----------------------------------------------------------------------------------


def _prefix(sheet: Sheet, prefix: Prefix, *, meaning: bool) -> None:
    """Netmask, range, count and zones; with ``meaning`` also what the prefix is for."""
    network, length = prefix
    is_ipv6 = len(network) == 16
    version = "IPv6" if is_ipv6 else "IPv4"
    sheet.tell("prefix", f"{version} prefix", prefix_text(network, length))
    if meaning:
        _meaning(sheet, prefix)
    if is_ipv6:
        sheet.tell("full_prefix", "in full", f"{full(network)}/{length}")
    sheet.tell("netmask", "netmask", canonical(prefix.netmask))
    if not is_ipv6:
        wildcard = bytes(octet ^ 0xFF for octet in prefix.netmask)
        sheet.tell("wildcard", "wildcard", canonical(wildcard))
    sheet.tell("first", "first address", canonical(network))
    sheet.tell("last", "last address", canonical(prefix.last))
    # beyond 64 bits too: powers of two are exact even for JSON's readers that use doubles
    sheet.tell("addresses", "addresses", prefix.size, f"{prefix.size:,} (2^{prefix.host_bits})")
    if is_ipv6 and length < 64:
        subnets = 1 << (64 - length)
        sheet.tell("subnets", "subnets of /64", subnets,
                   f"{subnets:,} (2^{64 - length})")  # fmt: skip
    if not is_ipv6 and 8 <= length < 31 and network[0] < 224:
        sheet.tell("hosts", "hosts", prefix.size - 2,
                   f"{prefix.size - 2:,}, besides network and broadcast address")  # fmt: skip
    _zones(sheet, prefix)


def _meaning(sheet: Sheet, prefix: Prefix) -> None:
    network, length = prefix
    if length == 0:
        sheet.tell("kind", "kind", "everything", "every address: the default route")
        return
    sheet.kind(blocks_around(network, length)[0])
    if network[0] == 0xFF and len(network) == 16 and length >= 16:
        _group(sheet, network, length)
    if len(network) == 16:
        sheet.inside(network, length)
    within = [
        f"{prefix_text(block.network, block.length)} {block.name}"
        for block in blocks_within(network, length)
    ]
    if within:
        rest = len(within) - MOST
        more = [f"and {rest} more"] if rest > 0 else []
        sheet.tell("contains", "special inside", within, *within[:MOST], *more)


def _zones(sheet: Sheet, prefix: Prefix) -> None:
    first, last, count = reverse_zones(prefix)
    lines = [first] if count == 1 else [f"{count} zones, from {first}", f"to {last}"]
    if len(prefix.network) == 4 and 24 < prefix.length < 32:
        lines.append("the parent's: RFC 2317 tells how to delegate a part of it")
    sheet.tell("reverse_zone", "reverse zone", [first, last] if count > 1 else first, *lines)


# --- link layer --------------------------------------------------------------------------------


def _mac(sheet: Sheet, typed: Typed, options: Options) -> None:
    octets = typed.octets
    sheet.vendor("mac", "MAC address", octets, options.names)
    dotted = ".".join(octets.hex()[at : at + 4] for at in (0, 4, 8))
    sheet.tell("notations", "also written", [octets.hex("-"), dotted, octets.hex()],
               f"{octets.hex('-')}, {dotted}, {octets.hex()}")  # fmt: skip
    meaning = link.mac_meaning(octets)
    if meaning:
        sheet.tell("meaning", "meaning", meaning)
    _bits(sheet, octets)
    if octets[0] & link.GROUP:
        _groups_behind(sheet, octets)
        return
    sheet.tell("eui64", "EUI-64", link.eui64(octets).hex(":"))
    _addresses(sheet, link.interface_identifier(octets))


def _bits(sheet: Sheet, octets: bytes) -> None:
    local, group = bool(octets[0] & link.LOCAL), bool(octets[0] & link.GROUP)
    how = "locally administered" if local else "universally administered"
    who = "" if group else ", often random" if local else ", by the vendor"
    sheet.tell("is_local", "U/L bit", local, f"{int(local)}: {how}{who}")
    sheet.tell("is_group", "I/G bit", group, f"{int(group)}: {'group' if group else 'individual'}")


def _groups_behind(sheet: Sheet, octets: bytes) -> None:
    """The multicast groups that a MAC address may stand for."""
    if octets[:2] == b"\x33\x33":
        found = [
            canonical(group) + (f" {name}" if (name := multicast.group_of(group).name) else "")
            for group in multicast.ipv6_groups(octets)
        ]
        tail = groups(octets[2:], zeros=True)
        sheet.tell("ipv6_groups", "IPv6 groups", found, *found, f"and all that end in {tail}")
    behind = multicast.ipv4_groups(octets)
    if behind:
        known = [group for group in behind if multicast.ipv4_group_name(group)]
        lines = [f"{canonical(group)} {multicast.ipv4_group_name(group)}" for group in known]
        others = [group for group in behind if group not in known]
        span = f"{canonical(others[0])}, {canonical(others[1])}, … {canonical(others[-1])}"
        texts = [canonical(group) for group in behind]
        sheet.tell("ipv4_groups", "IPv4 groups", texts, *lines, f"{span} ({len(others)})")


def _eui64(sheet: Sheet, typed: Typed, options: Options) -> None:
    sheet.vendor("eui64", "EUI-64", typed.octets, options.names)
    _bits(sheet, typed.octets)
    mac = link.mac_of_eui64(typed.octets)
    if mac is not None:
        sheet.tell("mac", "MAC address", mac.hex(":"))
    if mac is not None and typed.octets[0] & link.LOCAL:
        other = link.flipped(mac).hex(":")
        words = f"{other}, if this is an interface identifier (modified EUI-64)"
        sheet.tell("mac_if_modified", "or MAC address", other, words)
    _addresses(sheet, link.flipped(typed.octets))


def _interface(sheet: Sheet, typed: Typed, options: Options) -> None:
    _identifier(sheet, typed.octets, options)
    sheet.tell("eui64", "as EUI-64", link.flipped(typed.octets).hex(":"))
    _addresses(sheet, typed.octets, known=True)


def _addresses(sheet: Sheet, identifier: bytes, *, known: bool = False) -> None:
    if not known:
        sheet.tell("iid", "interface identifier", groups(identifier))
    address = link.link_local(identifier)
    sheet.tell("link_local", "link-local address", canonical(address))
    _solicited(sheet, address)


# --- RFC 3041 ----------------------------------------------------------------------------------


def _next(sheet: Sheet, typed: Typed, history: bytes) -> None:
    """The randomised identifier that follows, and the history value to keep for the one after."""
    octets = typed.octets
    if typed.sort == "mac" and not octets[0] & link.GROUP:
        identifier = link.interface_identifier(octets)
    elif typed.sort == "eui64":
        identifier = link.flipped(octets)
    elif typed.sort == "iid":
        identifier = octets
    elif typed.sort == "ipv6" and block_of(octets).has_interface:
        identifier = octets[8:]
    else:
        raise NotAnAddress("there is no interface identifier in it to make the next one from")
    made, kept = next_identifier(history, identifier)
    sheet.tell("next_iid", "next identifier", groups(made), f"{groups(made)} (RFC 3041)")
    sheet.tell("next_history", "next history value", kept.hex())
    if typed.sort == "ipv6":
        sheet.tell("next_address", "next address", canonical(octets[:8] + made))
