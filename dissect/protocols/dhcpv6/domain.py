"""Domain names in DNS wire format without compression (RFC 9915, section 10).

    +----------+---------------------+----------+-- … --+---+
    |  Length  |  Label: 63 or less  |  Length  |       | 0 |
    +----------+---------------------+----------+-- … --+---+

A name without the zero at its end is a partial one (RFC 4704, section 4.2).  Every label moves
the cursor on, and nothing points back, so no name can make a loop.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import Field
from dissect.engine.values import STR, U8, U16
from dissect.protocols.dhcpv6.options import Message, option

MAX_LABEL, MAX_NAME = 63, 255

EMPTY = Field("dhcpv6.domain_field_len", "Empty domain name - field length", U16)
BOGUS_LABEL = Field(
    "dhcpv6.bogus_label_length", "Non-DNS encoded name. Label length exceeds 63", U8
)
OVERRUN = Field(
    "dhcpv6.domain_field_len_exceeded", "Remaining length in the domain name field exceeded", U8
)
DECODED = Field("dhcpv6.decoded_portion", "Portion successfully decoded", STR)
TOO_LONG = Field("dhcpv6.encoded_fqdn_gt_255", "DNS-encoded labels of FQDN exceed 255 octets", U16)
ROOT_ONLY = Field("dhcpv6.root_only_domain_name", "Root only domain name", STR)
TOP_LEVEL = Field("dhcpv6.tld", "Top Level Domain name", STR)
PARTIAL_BEHIND = Field("dhcpv6.partial_name_preceded_by_fqdn", "Partial name preceded by FQDN", STR)

NOT_DNS = Note(
    "dhcpv6.expert.name_not_dns_encoded", Severity.ERROR, Group.PROTOCOL,
    "ERROR: This name is not a DNS record encoded", "RFC 1035, section 3.1",
)  # fmt: skip
PAST_FIELD = Note(
    "dhcpv6.expert.domain_field_length_exceeded", Severity.ERROR, Group.MALFORMED,
    "ERROR: FQDN exceeds length of the domain name field",
)  # fmt: skip
PAST_255 = Note(
    "dhcpv6.expert.encoded_fqdn_gt_255", Severity.ERROR, Group.MALFORMED,
    "ERROR: FQDN's *encoded* length exceeds 255 octets [RFC 1035 3.1.]", "RFC 1035, section 3.1",
)  # fmt: skip
NO_ROOT = Note(
    "dhcpv6.expert.root_only_domain_name", Severity.ERROR, Group.PROTOCOL,
    "ERROR: A root-only domain name cannot be resolved.",
)  # fmt: skip
TLD_LOOKUP = Note(
    "dhcpv6.expert.tld_lookup", Severity.WARNING, Group.COMMENT,
    "WARNING: TLDs are rarely resolvable ",
)  # fmt: skip
NOT_ALONE = Note(
    "dhcpv6.expert.partial_name_preceded_by_fqdn", Severity.ERROR, Group.PROTOCOL,
    "ERROR: Partial name is preceded by an FQDN",
)  # fmt: skip

INFO = {
    PAST_FIELD.name: "DOMAIN FIELD LEN EXCEEDED",
    PAST_255.name: "FQDN > 255",
    NO_ROOT.name: "ROOT-ONLY DOMAIN NAME",
    NOT_ALONE.name: "PROTOCOL VIOLATION",
}
"""What the Info column says of some."""


def name_list(code: int, title: str, shown: Field) -> None:
    """An option that is a list of names, under a line of its own."""

    @option(code)
    def read(c: Cursor, message: Message) -> None:
        if c.more:
            with c.text(title) as node:
                names(c, shown)
            node.length = c.pos - node.offset


def names(c: Cursor, shown: Field, length_at: int = 2) -> None:
    """All names up to the end of the bounds, or to the first that is wrong.

    length_at  how far back the length of this field stands, for a field that is empty
    """
    if not c.more:
        node = c.put(EMPTY, 0, c.pos - length_at, 2)
        node.text = "Empty domain field: the client requests the server to provide a domain name"
        return
    first = c.pos
    while c.more and _name(c, shown, first):
        pass
    c.skip(c.left)


def _name(c: Cursor, shown: Field, first: int) -> bool:
    """One name; False when nothing that follows can be understood."""
    start = c.pos
    labels: list[str] = []
    octets = 0
    while c.more:
        at = c.pos
        size = c.uint(1)
        name = ".".join(labels)
        if size > MAX_LABEL:
            text = f"Label length {size} is more than {MAX_LABEL}: not a DNS encoded name"
            return _wrong(c, BOGUS_LABEL, size, at, 1, text, NOT_DNS, (start, at, name))
        if size > c.left:
            text = f"The length of this label, {size}, exceeds the remaining length, {c.left}"
            return _wrong(c, OVERRUN, size, at, 1, text, PAST_FIELD, (start, at, name))
        octets += 1 + size
        if octets > MAX_NAME:
            text = f"FQDN: {name} (more than {MAX_NAME} octets)"
            return _wrong(c, TOO_LONG, octets, start, octets - 1, text, PAST_255)
        if not size:
            return _whole(c, shown, labels, start)
        c.skip(size)
        labels.append(c.data[at + 1 : c.pos].decode("utf-8", "replace"))
    return _partial(c, shown, labels, start, first)


def _whole(c: Cursor, shown: Field, labels: list[str], start: int) -> bool:
    size = c.pos - start
    name = ".".join(labels) + "."
    if not labels:
        return _wrong(c, ROOT_ONLY, "['.' (0)]", start, 1, "", NO_ROOT)
    if len(labels) == 1:
        _wrong(c, TOP_LEVEL, name, start, size, "", TLD_LOOKUP)
    else:
        c.put(shown, name, start, size)
    return True


def _partial(c: Cursor, shown: Field, labels: list[str], start: int, first: int) -> bool:
    size = c.pos - start
    name = ".".join(labels)
    if start > first:
        text = f"Partial name: {name} (it must be the only name in the domain field)"
        return _wrong(c, PARTIAL_BEHIND, name, start, size, text, NOT_ALONE)
    node = c.put(shown, name, start, size)
    parts = "Single" if len(labels) == 1 else "Multi"
    node.text = f"{parts}-part partially qualified Domain Name: {name}"
    return False


def _wrong(
    c: Cursor, shown: Field, value: int | str, at: int, size: int, text: str, note: Note,
    decoded: tuple[int, int, str] | None = None,
) -> bool:  # fmt: skip
    """Show what is wrong with a name, and what of it could be decoded: (start, end, name)."""
    node = c.put(shown, value, at, size)
    if note.name in INFO:
        c.info_add(" [%s]", INFO[note.name])
    if c.at is None:
        c.note(note)
        return False
    node.text = text or None
    outer, c.at = c.at, node
    if decoded and decoded[2]:
        start, end, name = decoded
        c.put(DECODED, name, start, end - start)
    line = c.put(Field("", note.text), None, at, size)
    c.note(note, line)
    c.at = outer
    return False


def plain_name(c: Cursor) -> str:
    """A single name up to its zero or the end of the bounds; it gets no node here."""
    labels: list[str] = []
    while c.more:
        size = c.uint(1)
        if not size:
            return ".".join(labels) + "." if labels else "<Root>"
        c.need(size)
        labels.append(c.peek(size).decode("utf-8", "replace"))
        c.skip(size)
    return ".".join(labels)
