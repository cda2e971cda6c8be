"""What addresses say about themselves: IPv6, IPv4, MAC, EUI-64, and each inside the other.

``inside``     IPv4 addresses, MACs and numbers within an IPv6 address (for the packet tree)
``text``       reading what people type, and the forms to write it in
``special``    the blocks that mean something: link-local, documentation, Teredo, private …
``groups``     names of well-known multicast groups
``multicast``  flags, scope and group; Ethernet's multicast addresses, both ways
``interface``  interface identifiers: what the lower half of an address was made from
``mac``        MAC addresses and EUI-64, bits and vendors
``prefix``     netmask, range and reverse DNS zones of a prefix
``embed``      IPv4 in IPv6 by RFC 6052, both ways
``explain``    all of it about one address, for people and as JSON
``fields``     the same as fields under the addresses in a packet's tree

Addresses are octets: 16 for IPv6, 4 for IPv4, 6 for MAC, 8 for EUI-64 and interface identifiers.
"""

from dissect.address.inside import Part, embedded

__all__ = ["Part", "embedded"]
