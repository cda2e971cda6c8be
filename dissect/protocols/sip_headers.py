"""Header fields of SIP messages (RFC 3261, section 20), and readers of the common ones."""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.text import Text, show
from dissect.engine.tree import Field
from dissect.engine.values import STR, U16, U32
from dissect.protocols import sip_uris
from dissect.protocols.sip_security import agreement, credentials, session_id
from dissect.protocols.sip_uris import Uri, address

TEXTS = (
    "Accept", "Accept-Contact", "Accept-Encoding", "Accept-Language", "Accept-Resource-Priority",
    "Additional-Identity", "Alert-Info", "Allow", "Allow-Events", "Answer-Mode",
    "Attestation-Info", "Authentication-Info", "Authorization", "Call-ID", "Call-Info",
    "Cellular-Network-Info", "Contact", "Content-Disposition", "Content-Encoding",
    "Content-Language", "Content-Type", "CSeq", "Date", "Error-Info", "Event", "Feature-Caps",
    "Flow-Timer", "From", "Geolocation", "Geolocation-Error", "Geolocation-Routing",
    "History-Info", "Identity", "Identity-info", "Info-Package", "In-Reply-To", "Join",
    "MIME-Version", "Min-Expires", "Min-SE", "Organization", "Origination-Id",
    "P-Access-Network-Info", "P-Answer-State", "P-Asserted-Identity", "P-Asserted-Service",
    "P-Charge-Info", "P-Associated-URI", "P-Called-Party-ID", "P-Charging-Function-Addresses",
    "P-Charging-Vector", "P-DCS-Trace-Party-ID", "P-DCS-OSPS", "P-DCS-Billing-Info", "P-DCS-LAES",
    "P-DCS-Redirect", "P-Early-Media", "P-Media-Authorization", "P-Preferred-Identity",
    "P-Preferred-Service", "P-Profile-Key", "P-Refused-URI-List", "P-Served-User",
    "P-User-Database", "P-Visited-Network-ID", "Path", "Permission-Missing", "Priority",
    "Priority-Share", "Priv-Answer-mode", "Privacy", "Proxy-Authenticate", "Proxy-Authorization",
    "Proxy-Require", "RAck", "Reason", "Record-Route", "Recv-Info", "Refer-Sub", "Refer-To",
    "Referred-by", "Reject-Contact", "Relayed-Charge", "Replaces", "Reply-To",
    "Request-Disposition", "Require", "Resource-Priority", "Resource-Share", "Response-Source",
    "Restoration-Info", "Route", "Security-Client", "Security-Server", "Security-Verify",
    "Server", "Service-Interact-Info", "Service-Route", "Session-Expires", "Session-ID",
    "Subject", "Subscription-State", "Supported", "Target-Dialog", "Timestamp", "To",
    "Trigger-Consent", "Unsupported", "User-Agent", "Via", "Warning", "WWW-Authenticate",
    "Diversion",
)  # fmt: skip
NUMBERS = ("Content-Length", "Expires", "Max-Breadth", "Max-Forwards", "Retry-After", "RSeq")
OTHERS = {
    "SIP-ETag": "ETag", "SIP-If-Match": "If_Match", "User-to-User": "uui",
    "Policy-Contact": "Policy_Contact", "Policy-ID": "Policy_ID",
    "Suppress-If-Match": "Suppress_If_Match",
}  # fmt: skip
"""Names that are not the field's."""

HEADERS = {name.lower(): Field(f"sip.{name}", name, STR) for name in TEXTS}
HEADERS |= {name.lower(): Field(f"sip.{name}", name, U32) for name in NUMBERS}
HEADERS |= {name.lower(): Field(f"sip.{field}", name, STR) for name, field in OTHERS.items()}

COMPACT = {
    "a": "accept-contact", "b": "referred-by", "c": "content-type", "d": "request-disposition",
    "e": "content-encoding", "f": "from", "i": "call-id", "j": "reject-contact", "k": "supported",
    "l": "content-length", "m": "contact", "n": "identity-info", "o": "event", "r": "refer-to",
    "s": "subject", "t": "to", "u": "allow-events", "v": "via", "x": "session-expires",
    "y": "identity",
}  # fmt: skip
"""Names of one letter (IANA, sip-parameters)."""

ANY_TAG = Field("sip.tag", "SIP tag", STR, hidden=True)
FROM_TAG = Field("sip.from.tag", "SIP from tag", STR)
TO_TAG = Field("sip.to.tag", "SIP to tag", STR)
CONTACT_PARAMETER = Field("sip.contact.parameter", "Contact parameter", STR)
CSEQ_NUMBER = Field("sip.CSeq.seq", "Sequence Number", U32)
CSEQ_METHOD = Field("sip.CSeq.method", "Method", STR)
RACK = (
    Field("sip.RAck.RSeq.seq", "RSeq Sequence Number", U32),
    Field("sip.RAck.CSeq.seq", "CSeq Sequence Number", U32),
    Field("sip.RAck.CSeq.method", "CSeq Method", STR),
)
TRANSPORT = Field("sip.Via.transport", "Transport", STR)
SENT_BY = Field("sip.Via.sent-by.address", "Sent-by Address", STR)
SENT_BY_PORT = Field("sip.Via.sent-by.port", "Sent-by port", U16)
VIA = {
    name: Field(f"sip.Via.{name.replace('oc-', 'oc_').replace('be-', 'be_')}", label, STR)
    for name, label in (
        ("branch", "Branch"),
        ("maddr", "Maddr"),
        ("rport", "RPort"),
        ("received", "Received"),
        ("ttl", "TTL"),
        ("comp", "Comp"),
        ("sigcomp-id", "Sigcomp identifier"),
        ("oc-validity", "Overload Control Validity"),
        ("oc-seq", "Overload Control Sequence"),
        ("oc-algo", "Overload Control Algorithm"),
        ("be-route", "be-route"),
    )
}
REASON = Field("sip.reason_protocols", "Reason protocols", STR)
CAUSES = {
    "q.850": Field("sip.reason_cause_q850", "Cause", U32),
    "sip": Field("sip.reason_cause_sip", "Cause", U32),
}
OTHER_CAUSE = Field("sip.reason_cause_other", "Cause", U32)
REASON_TEXT = Field("sip.reason_text", "Text", STR)
ACCESS_TYPE = Field("sip.P-Access-Network-Info.access-type", "access-type", STR)
CELL = Field("sip.P-Access-Network-Info.utran-cell-id-3gpp", "utran-cell-id-3gpp", STR)
CHARGING_ID = Field("sip.icid_value", "icid-value", STR)
CAPABILITY = Field("sip.feature_cap", "Feature Cap", STR)

BAD_PORT = Note(
    "sip.Via.sent-by.port.invalid", Severity.NOTE, Group.MALFORMED,
    "Invalid SIP Via sent-by-port", "RFC 3261, section 18.1.1",
)  # fmt: skip
BAD_LENGTH = Note(
    "sip.content_length.invalid", Severity.NOTE, Group.MALFORMED, "Invalid content_length",
    "RFC 3261, section 20.14",
)  # fmt: skip


class Headers:
    """What the header fields of a message say that others need."""

    def __init__(self) -> None:
        self.call = ""
        self.number: int | None = None
        self.method = ""
        self.size: int | None = None
        self.type = ""
        self.in_dialog = False
        self.contacts = self.expired = self.unlimited = 0
        self.star = False
        self.expires_now = False


def _from(c: Cursor, value: Text, headers: Headers) -> None:
    _tag(c, FROM_TAG, address(c, sip_uris.FROM, value))


def _to(c: Cursor, value: Text, headers: Headers) -> None:
    headers.in_dialog = _tag(c, TO_TAG, address(c, sip_uris.TO, value))


def _tag(c: Cursor, field: Field, parameters: Text) -> bool:
    for part in parameters.split(b";"):
        name, value = part.strip().partition(b"=")
        if name.lower == "tag" and value is not None:
            show(c, field, value)
            show(c, ANY_TAG, value)
            return True
    return False


def _addresses(fields: Uri) -> Reader:
    """A reader of addresses with commas between them."""

    def read(c: Cursor, value: Text, headers: Headers) -> None:
        for one in value.split(b",", quotes=True):
            address(c, fields, one)

    return read


def _contact(c: Cursor, value: Text, headers: Headers) -> None:
    if value.octets.startswith(b"*"):
        headers.star = True
        return
    for one in value.split(b",", quotes=True):
        headers.contacts += 1
        expires = None
        for part in address(c, sip_uris.CONTACT, one).split(b";"):
            parameter = part.strip()
            if len(parameter):
                show(c, CONTACT_PARAMETER, parameter)
                name, number = parameter.partition(b"=")
                if name.lower == "expires" and number is not None:
                    expires = number.number()
        headers.expired += expires == 0
        headers.unlimited += expires is None


def _call_id(c: Cursor, value: Text, headers: Headers) -> None:
    headers.call = str(value)


def _cseq(c: Cursor, value: Text, headers: Headers) -> None:
    words = list(value.words())
    if words and words[0].octets[:1].isdigit():
        headers.number = words[0].number() & 0xFFFFFFFF
        show(c, CSEQ_NUMBER, words[0], headers.number)
    if len(words) > 1:
        headers.method = str(words[1])
        show(c, CSEQ_METHOD, words[1])


def _rack(c: Cursor, value: Text, headers: Headers) -> None:
    for field, word in zip(RACK, value.words(), strict=False):
        show(c, field, word, word.number() if field.kind is U32 else None)


def _content_length(c: Cursor, value: Text, headers: Headers) -> None:
    headers.size = value.number()
    if not str(value.strip()).isdecimal():
        c.note(BAD_LENGTH, c.at)


def _content_type(c: Cursor, value: Text, headers: Headers) -> None:
    headers.type = value.partition(b";")[0].strip().lower


def _expires(c: Cursor, value: Text, headers: Headers) -> None:
    headers.expires_now = str(value.strip()) == "0"


def _via(c: Cursor, value: Text, headers: Headers) -> None:
    """``SIP/2.0/UDP host:port;branch=...``, with blanks nearly everywhere."""
    for one in value.split(b",", quotes=True):
        head, parameters = one.partition(b";")
        version = head.find(b"/", head.find(b"/") + 1)
        if head.find(b"/") >= 0 and version >= 0:
            words = list(head.cut(version + 1).words())
            if words:
                show(c, TRANSPORT, words[0])
                _sent_by(c, head.cut(words[0].end).strip())
        for part in parameters.split(b";") if parameters is not None else ():
            _via_parameter(c, part.strip())


def _sent_by(c: Cursor, text: Text) -> None:
    closing = text.find(b"]") if text.octets.startswith(b"[") else -1
    if closing >= 0:
        show(c, SENT_BY, text.cut(text.start + 1, closing))
        port = text.cut(closing + 1).partition(b":")[1]
    else:
        host, port = text.partition(b":")
        show(c, SENT_BY, host.strip())
    if port is not None and str(port.strip()).isdecimal():
        number = port.strip().number()
        node = show(c, SENT_BY_PORT, port.strip(), min(number, 0xFFFF))
        if number > 0xFFFF:
            c.note(BAD_PORT, node)


def _via_parameter(c: Cursor, part: Text) -> None:
    name, value = part.partition(b"=")
    field = VIA.get(name.lower)
    if field is not None:
        show(c, field, part if value is None else value)
    elif len(part):
        with c.text(str(part)):
            pass


def _reason(c: Cursor, value: Text, headers: Headers) -> None:
    """RFC 3326, section 2."""
    for one in value.split(b",", quotes=True):
        protocol, parameters = one.strip().partition(b";")
        show(c, REASON, protocol.strip())
        for part in parameters.split(b";", quotes=True) if parameters is not None else ():
            name, text = part.strip().partition(b"=")
            if text is None:
                continue
            if name.lower == "cause":
                field = CAUSES.get(protocol.strip().lower, OTHER_CAUSE)
                show(c, field, text, text.number())
            elif name.lower == "text":
                show(c, REASON_TEXT, _unquoted(text))


def _unquoted(text: Text) -> Text:
    octets = text.octets
    if len(octets) > 1 and octets[:1] == octets[-1:] == b'"':
        return text.cut(text.start + 1, text.end - 1)
    return text


def _network(c: Cursor, value: Text, headers: Headers) -> None:
    kind, parameters = value.partition(b";")
    show(c, ACCESS_TYPE, kind)
    for part in parameters.split(b";") if parameters is not None else ():
        name, cell = part.strip().partition(b"=")
        if name.lower == "utran-cell-id-3gpp" and cell is not None:
            show(c, CELL, cell)


def _charging(c: Cursor, value: Text, headers: Headers) -> None:
    for part in value.split(b";"):
        name, identifier = part.strip().partition(b"=")
        if name.lower == "icid-value" and identifier is not None:
            show(c, CHARGING_ID, identifier)


def _capabilities(c: Cursor, value: Text, headers: Headers) -> None:
    for part in value.split(b";"):
        text = part.strip()
        show(c, CAPABILITY, text.cut(text.start + text.octets.startswith(b"+")))


def read_header(c: Cursor, name: str, value: Text, headers: Headers) -> None:
    """Show what is inside a header field, if there is a reader for it."""
    reader = READERS.get(name)
    if reader is not None:
        reader(c, value, headers)


Reader = Callable[[Cursor, Text, Headers], None]

READERS: dict[str, Reader] = {
    "from": _from, "to": _to, "contact": _contact, "call-id": _call_id, "cseq": _cseq,
    "rack": _rack, "content-length": _content_length, "content-type": _content_type,
    "expires": _expires, "via": _via, "reason": _reason, "p-access-network-info": _network,
    "p-charging-vector": _charging, "feature-caps": _capabilities,
    "route": _addresses(sip_uris.ROUTE), "record-route": _addresses(sip_uris.RECORD_ROUTE),
    "service-route": _addresses(sip_uris.SERVICE_ROUTE), "path": _addresses(sip_uris.PATH),
    "p-asserted-identity": _addresses(sip_uris.ASSERTED),
    "p-preferred-identity": _addresses(sip_uris.PREFERRED),
    "permission-missing": _addresses(sip_uris.MISSING),
    "trigger-consent": _addresses(sip_uris.TRIGGER),
    "session-id": lambda c, value, headers: session_id(c, value),
    "authentication-info": lambda c, value, headers: credentials(c, value, scheme=False),
} | dict.fromkeys(
    ("authorization", "proxy-authorization", "www-authenticate", "proxy-authenticate"),
    lambda c, value, headers: credentials(c, value),
) | dict.fromkeys(
    ("security-client", "security-server", "security-verify"),
    lambda c, value, headers: agreement(c, value),
)  # fmt: skip

WITH_CREDENTIALS = frozenset(
    ("authorization", "proxy-authorization", "www-authenticate", "proxy-authenticate",
     "authentication-info")
)  # fmt: skip
