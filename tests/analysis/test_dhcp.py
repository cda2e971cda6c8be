"""DHCPv6 and DHCP: exchanges, their times and copies, and what was lent."""

from __future__ import annotations

import struct
import subprocess
from ipaddress import ip_address, ip_network

import pytest

from dissect.analysis import dhcp, exchanges
from dissect.protocols.dhcp import DHCP
from making.build import HOST_LOCAL, HOST_MAC, OTHER_MAC, ROUTER_MAC, ethernet, ip4, ip6, ipv4, ipv6
from making.build import udp as datagram
from tests.analysis.lab import LAB, rows, truth
from tests.analysis.wire import Wire

UDP = 17
SERVERS = ip6("ff02::1:2")
SERVER_LOCAL = ip6("fe80::1")
CLIENT, OTHER, SERVER = b"\0\3\0\1" + HOST_MAC, b"\0\3\0\1" + OTHER_MAC, b"\0\3\0\1" + ROUTER_MAC
SOLICIT, ADVERTISE, REQUEST, CONFIRM, RENEW, REBIND, REPLY, RELEASE, DECLINE = range(1, 10)
INFORMATION = 11
LEASE = "2001:db8::100"


@pytest.fixture
def wire(tmp_path):
    return Wire(tmp_path)


# --- DHCPv6 by hand -----------------------------------------------------------------------------


def option(code, value):
    return struct.pack(">HH", code, len(value)) + value


def lent(address=LEASE, preferred=100, valid=200, t1=50, t2=80, status=None):
    inner = option(5, ip6(address) + struct.pack(">II", preferred, valid)) if address else b""
    if status is not None:
        inner += option(13, struct.pack(">H", status))
    return option(3, struct.pack(">III", 7, t1, t2) + inner)


def message(kind, xid, *options, client=CLIENT, server=b"", elapsed=None):
    octets = struct.pack(">I", kind << 24 | xid)
    if client:
        octets += option(1, client)
    if server:
        octets += option(2, server)
    if elapsed is not None:
        octets += option(8, struct.pack(">H", round(100 * elapsed)))
    return octets + b"".join(options)


def relayed(octets, kind, link, peer, hops=0):
    return bytes((kind, hops)) + ip6(link) + ip6(peer) + option(9, octets)


def ask(octets, src=HOST_LOCAL, mac=HOST_MAC, dst=SERVERS, port=546):
    return ethernet(ipv6(datagram(octets, port, 547, src, dst), UDP, src, dst), src=mac)


def answer(octets, dst=HOST_LOCAL, src=SERVER_LOCAL, port=546):
    inner = ipv6(datagram(octets, 547, port, src, dst), UDP, src, dst)
    return ethernet(inner, src=ROUTER_MAC, dst=HOST_MAC)


def only(wire, table):
    (row,) = wire.rows(table)
    return row


# --- genuine ------------------------------------------------------------------------------------


def test_dhcpv6_relays_keas_lease_and_prefix_with_their_times():
    made = truth("dhcpv6_relays")
    times = made["times"]
    path = " → ".join(relay["link_address"] for relay in made["relays"])
    ((lease,), (prefix,)) = (
        rows(table, "dhcpv6_relays") for table in ("dhcpv6-leases", "dhcpv6-prefixes")
    )
    assert (lease["address"], prefix["address"]) == (made["lease"], made["prefix"])
    for row in (lease, prefix):
        assert {name: row[name] for name in times} == times
        assert (row["mac"], row["relays"]) == (made["client"]["mac"], path)
        assert (row["state"], row["renewals"]) == ("released", 1)  # dhclient -r, after T1
        assert row["link"] == "link1"


def test_dhcpv6_relays_copies_behind_relays_are_no_retransmissions():
    found = rows("dhcpv6-exchanges", "dhcpv6_relays")
    assert [row["steps"] for row in found] == [
        "Solicit, Advertise", "Request, Reply", "Renew, Reply", "Release, Reply",
        "Information-request, Reply",
    ]  # fmt: skip
    assert {row["retransmissions"] for row in found} == {0}
    assert {row["link"] for row in found} == {"link1"}
    messages = {row["message"]: row["packets"] for row in rows("dhcpv6-messages", "dhcpv6_relays")}
    assert messages["Solicit"] == 3  # once on each link


def test_dhcpv6_relays_response_times_are_those_between_the_packets():
    """Packets 50 and 51 by tshark: 4.184313373 and 4.190090694 s."""
    first = rows("dhcpv6-exchanges", "dhcpv6_relays")[0]
    assert first["response"] == pytest.approx(4.190090694 - 4.184313373, abs=1e-9)


def test_dhcpv6_servers_lend_from_the_pools_that_they_were_given():
    made = truth("dhcpv6_servers")
    leases = rows("dhcpv6-leases", "dhcpv6_servers")
    prefixes = rows("dhcpv6-prefixes", "dhcpv6_servers")
    by_link = {}
    for row in leases + prefixes:
        by_link.setdefault((row["link"], row["kind"]), []).append(row)
    for name in ("dnsmasq", "isc"):
        low, high = map(ip_address, made[name]["pool"])
        found = by_link[f"{name}-link", "address"]
        assert all(low <= ip_address(row["address"]) <= high for row in found)
    for kind, name in (("address", "pool"), ("temporary address", "temporary")):
        (row,) = by_link["dibbler-link", kind]
        assert ip_address(row["address"]) in ip_network(made["dibbler"][name])
    (row,) = by_link["dibbler-link", "prefix"]
    assert ip_network(row["address"]).subnet_of(ip_network(made["dibbler"]["prefixes"]))
    assert (row["t1"], row["t2"]) == (made["dibbler"]["t1"], made["dibbler"]["t2"])
    (row,) = by_link["wide-link", "address"]
    assert row["address"] == made["wide"]["address"]
    assert row["client"] == made["wide"]["duid"].replace(":", "")
    (row,) = by_link["wide-link", "prefix"]
    assert (row["address"], row["expires"]) == (made["wide"]["prefix"], None)  # for ever


def test_dhcpv6_servers_rapid_commit_decline_rebind_and_confirm():
    found = rows("dhcpv6-exchanges", "dhcpv6_servers")
    steps = [row["steps"] for row in found]
    assert "Solicit, Reply" in steps  # dibbler's rapid commit
    assert "Confirm, Reply" in steps
    unanswered = [row["steps"] for row in found if row["outcome"] is None]
    assert unanswered == ["Renew", "Rebind"]  # while ISC's server was away
    declined = [row for row in rows("dhcpv6-leases", "dhcpv6_servers")
                if row["state"] == "declined"]  # fmt: skip
    assert [row["link"] for row in declined] == ["isc-link"]


def test_dhcpv6_reconfigure_a_second_lease_from_the_second_pool():
    made = truth("dhcpv6_reconfigure")
    found = rows("dhcpv6-leases", "dhcpv6_reconfigure")
    for row, pool in zip(found, made["pools"], strict=False):
        assert ip_address(row["address"]) in ip_network(pool)
        assert {name: row[name] for name in ("t1", "t2", "preferred", "valid")} == {
            name: made[name] for name in ("t1", "t2", "preferred", "valid")
        }


def test_dhcp_dnsmasqs_leases_over_the_relay_and_without_it():
    made = truth("dhcp")
    found = {row["name"]: row for row in rows("dhcp-leases", "dhcp")}
    for name, one in made["clients"].items():
        row = found[made["names"][name]]
        assert (row["mac"], row["address"]) == (one["mac"], one["address"])
        assert {time: row[time] for time in made["times"]} == made["times"]
        assert row["server"] == made["server"]
        low, high = map(ip_address, made["pools"][name])
        assert low <= ip_address(row["address"]) <= high
    client, careful = (found[made["names"][name]] for name in ("client", "careful"))
    assert (client["relays"], careful["relays"]) == (made["relay"], None)
    assert (client["state"], careful["state"]) == ("released", "bound")


def test_dhcp_renewals_with_the_same_number_are_exchanges_of_their_own():
    """ISC's client keeps it; by tshark packets 58, 71 and 84 are its renewals on its link."""
    made = truth("dhcp")
    client = made["clients"]["client"]["mac"]
    found = [row for row in rows("dhcp-exchanges", "dhcp") if row["client"] == client]
    assert [row["steps"] for row in found] == [
        "Discover, Offer, Request, ACK", *3 * ["Request, ACK"], "Release"
    ]  # fmt: skip
    (lease,) = [row for row in rows("dhcp-leases", "dhcp") if row["client"] == client]
    assert lease["renewals"] == 3
    assert [row["retransmissions"] for row in found] == [1, 0, 0, 0, 0]  # packet 33 repeats 18


# --- exchanges ----------------------------------------------------------------------------------


def test_retransmissions_and_the_time_of_an_answer(wire):
    for second, elapsed in ((0, 0.0), (1, 1.0), (3, 3.0)):
        wire.send(second, ask(message(SOLICIT, 5, elapsed=elapsed)))
    wire.send(3.25, answer(message(ADVERTISE, 5, server=SERVER)))
    row = only(wire, "dhcpv6-exchanges")
    assert (row["retransmissions"], row["outcome"]) == (2, "Advertise")
    assert (row["response"], row["took"], row["drift"]) == (0.25, 3.25, 0.0)


def test_a_client_that_has_been_trying_since_before_the_capture(wire):
    wire.send(0, ask(message(SOLICIT, 5, elapsed=60.0)))
    assert only(wire, "dhcpv6-exchanges")["drift"] == 60.0


def test_the_same_number_of_two_clients_is_two_exchanges(wire):
    wire.send(0, ask(message(SOLICIT, 5)), ask(message(SOLICIT, 5, client=OTHER)))
    assert len(wire.rows("dhcpv6-exchanges")) == 2


def test_the_same_number_long_after_is_another_exchange(wire):
    wire.send(0, ask(message(RENEW, 5))).send(0.5, answer(message(REPLY, 5)))
    wire.send(100, ask(message(RENEW, 5)))
    assert [row["outcome"] for row in wire.rows("dhcpv6-exchanges")] == ["Reply", None]


def test_an_information_request_without_an_identifier_is_its_addresses(wire):
    wire.send(0, ask(message(INFORMATION, 5, client=b"")))
    wire.send(0.5, answer(message(REPLY, 5, client=b"", server=SERVER)))
    row = only(wire, "dhcpv6-exchanges")
    assert (row["client"], row["outcome"]) == ("fe80::200:5eff:fe00:5301", "Reply")


def test_a_relayed_message_has_its_path_and_its_clients_mac(wire):
    inner = relayed(message(SOLICIT, 5), 12, "2001:db8:1::1", "fe80::200:5eff:fe00:5301")
    outer = relayed(inner, 12, "2001:db8:2::1", "2001:db8:2::2", 1)
    wire.send(0, ask(outer, ip6("2001:db8:2::1"), ROUTER_MAC, ip6("2001:db8:3::1"), 547))
    row = only(wire, "dhcpv6-exchanges")
    assert (row["relays"], row["mac"]) == ("2001:db8:1::1 → 2001:db8:2::1", HOST_MAC.hex(":"))


def test_what_failed_is_said_in_the_protocols_words(wire):
    wire.send(0, ask(message(REQUEST, 5, lent())))
    wire.send(1, answer(message(REPLY, 5, lent(None, status=2), server=SERVER)))
    assert only(wire, "dhcpv6-exchanges")["failed"] == "NoAddrsAvail"
    assert wire.rows("dhcpv6-leases") == []
    (found,) = wire.findings("dhcpv6-exchanges")
    assert found.words.endswith("failed: NoAddrsAvail.")


def test_questions_without_an_answer_are_told(wire):
    for second in range(3):
        wire.send(second, ask(message(SOLICIT, 5)))
    (found,) = wire.findings("dhcpv6-exchanges")
    assert found.level == "warning"
    assert found.words.endswith("sent Solicit 3 times, and no answer was seen.")


def test_several_servers_that_answer_are_noted(wire):
    wire.send(0, ask(message(SOLICIT, 5)))
    wire.send(1, answer(message(ADVERTISE, 5, server=SERVER)))
    wire.send(1.1, answer(message(ADVERTISE, 5, server=OTHER)))
    (found,) = wire.findings("dhcpv6-exchanges")
    assert found.words.startswith("2 servers answer")
    assert only(wire, "dhcpv6-exchanges")["response"] == 1.0


# --- leases -------------------------------------------------------------------------------------


def give(wire, second, xid=5, kind=REQUEST, client=CLIENT, **times):
    wire.send(second, ask(message(kind, xid, lent(), client=client)))
    wire.send(second + 0.1, answer(message(REPLY, xid, lent(**times), client=client,
                                           server=SERVER)))  # fmt: skip


def test_a_lease_expires_unless_it_is_renewed(wire):
    give(wire, 0, valid=20)
    wire.end(19)
    assert only(wire, "dhcpv6-leases")["state"] == "bound"
    give(wire, 19.5, 6, RENEW, valid=20)
    wire.end(38)
    row = only(wire, "dhcpv6-leases")
    assert (row["state"], row["renewals"], row["expires"] - row["given"]) == (
        "bound",
        1,
        20 * 10**9,
    )
    wire.end(41)
    assert only(wire, "dhcpv6-leases")["state"] == "expired"


@pytest.mark.parametrize(("kind", "state"), [(RELEASE, "released"), (DECLINE, "declined")])
def test_a_lease_is_given_back(wire, kind, state):
    give(wire, 0)
    wire.send(5, ask(message(kind, 6, lent(), server=SERVER)))
    wire.send(5.1, answer(message(REPLY, 6, server=SERVER)))
    row = only(wire, "dhcpv6-leases")
    assert (row["state"], row["valid"]) == (state, 200)


def test_a_server_takes_a_lease_back_with_a_lifetime_of_zero(wire):
    give(wire, 0)
    give(wire, 5, 6, RENEW, preferred=0, valid=0)
    assert only(wire, "dhcpv6-leases")["state"] == "withdrawn"


def test_a_lease_that_only_its_answer_tells(wire):
    wire.send(0, answer(message(REPLY, 5, lent(), server=SERVER)))
    assert only(wire, "dhcpv6-leases")["address"] == LEASE


def test_a_confirmation_lends_nothing(wire):
    wire.send(0, ask(message(CONFIRM, 5, lent())))
    wire.send(1, answer(message(REPLY, 5, lent(), server=SERVER)))
    assert wire.rows("dhcpv6-leases") == []


def test_an_answer_that_comes_twice_is_no_renewal(wire):
    give(wire, 0)
    wire.send(0.2, answer(message(REPLY, 5, lent(), server=SERVER)))
    assert only(wire, "dhcpv6-leases")["renewals"] == 0


def test_an_address_lent_to_two_clients(wire):
    give(wire, 0)
    give(wire, 5, 6, client=OTHER)
    assert {row["rules"] for row in wire.rows("dhcpv6-leases")} == {"DHC-016"}
    (found,) = wire.findings("dhcpv6-leases")
    assert (found.level, found.rule) == ("error", "DHC-016")
    assert LEASE in found.words


def test_an_address_lent_again_after_it_was_released(wire):
    give(wire, 0)
    wire.send(5, ask(message(RELEASE, 6, lent())), answer(message(REPLY, 6)))
    give(wire, 9, 7, client=OTHER)
    assert wire.findings("dhcpv6-leases") == []


def test_spoofed_clients_are_forgotten_and_it_is_said(wire, monkeypatch):
    monkeypatch.setattr(dhcp, "EXCHANGES", 10)
    monkeypatch.setattr(dhcp, "LEASES", 6)
    for number in range(25):
        give(wire, number, client=CLIENT[:-1] + bytes((number,)), address=f"2001:db8::{number:x}")
    tables = wire.report("dhcpv6-exchanges", "dhcpv6-leases").tables
    assert [len(table.rows) for table in tables] == [10, 6]
    assert ["forgotten" in table.remarks[0] for table in tables] == [True, True]


def test_views_and_steps_of_one_exchange_are_bounded(wire):
    for depth in range(20):
        octets = message(SOLICIT, 5)
        for number in range(depth):
            octets = relayed(octets, 12, f"2001:db8::{number + 1:x}", "fe80::1", number)
        wire.send(depth, ask(octets))
    row = only(wire, "dhcpv6-exchanges")
    assert row["retransmissions"] == 0
    assert len(row["relays"].split(" → ")) > exchanges.VIEWS


# --- DHCP ---------------------------------------------------------------------------------------

DISCOVER, OFFER, REQUEST4, DECLINE4, ACK, NAK, RELEASE4, INFORM = range(1, 9)
LEASE4 = "192.0.2.50"


def dhcp4(kind, xid=9, yours="0.0.0.0", mine="0.0.0.0", mac=HOST_MAC, relay="0.0.0.0", secs=0,
          **more):  # fmt: skip
    fields = {"requested": (50, ip4), "server": (54, ip4), "lease": (51, _seconds),
              "t1": (58, _seconds), "t2": (59, _seconds), "name": (12, str.encode)}  # fmt: skip
    head = DHCP(type=2 if kind in (OFFER, ACK, NAK) else 1, xid=xid, secs=secs, ciaddr=ip4(mine),
                yiaddr=ip4(yours), giaddr=ip4(relay))  # fmt: skip
    options = bytes((53, 1, kind))
    for name, value in more.items():
        code, made = fields[name]
        octets = made(value)
        options += bytes((code, len(octets))) + octets
    body = bytes(head) + mac + bytes(10 + 64 + 128) + b"\x63\x82\x53\x63" + options + b"\xff"
    is_answer = kind in (OFFER, ACK, NAK)
    ports = (67, 68) if is_answer else (68, 67)
    src, dst = (ip4("192.0.2.1"), ip4(LEASE4)) if is_answer else (bytes(4), b"\xff" * 4)
    frame = ipv4(datagram(body, *ports, src, dst), UDP, src, dst)
    return ethernet(frame, 0x0800, ROUTER_MAC if is_answer else mac, b"\xff" * 6)


def _seconds(number):
    return number.to_bytes(4, "big")


def dora(wire, second=0, mac=HOST_MAC, xid=9):
    told = {"server": "192.0.2.1", "lease": 600, "t1": 300, "t2": 525}
    wire.send(second, dhcp4(DISCOVER, xid, mac=mac, name="alpha"))
    wire.send(second + 0.5, dhcp4(OFFER, xid, LEASE4, mac=mac, **told))
    wire.send(second + 0.6, dhcp4(REQUEST4, xid, mac=mac, requested=LEASE4, server="192.0.2.1"))
    wire.send(second + 0.75, dhcp4(ACK, xid, LEASE4, mac=mac, **told))


def test_dhcp_a_lease_with_its_times(wire):
    dora(wire)
    row = only(wire, "dhcp-exchanges")
    assert row["steps"] == "Discover, Offer, Request, ACK"
    assert (row["response"], row["took"], row["outcome"]) == (0.5, 0.75, "ACK")
    assert (row["client"], row["servers"]) == (HOST_MAC.hex(":"), "192.0.2.1")
    lease = only(wire, "dhcp-leases")
    assert (lease["address"], lease["name"], lease["state"]) == (LEASE4, "alpha", "bound")
    assert (lease["t1"], lease["t2"], lease["valid"]) == (300, 525, 600)
    assert lease["expires"] - lease["given"] == 600 * 10**9


def test_dhcp_renewal_release_and_inform(wire):
    dora(wire)
    wire.send(300, dhcp4(REQUEST4, 10, mine=LEASE4))
    wire.send(300.1, dhcp4(ACK, 10, LEASE4, mine=LEASE4, server="192.0.2.1", lease=600))
    assert only(wire, "dhcp-leases")["renewals"] == 1
    wire.send(400, dhcp4(INFORM, 11, mine=LEASE4), dhcp4(ACK, 11, mine=LEASE4))
    assert only(wire, "dhcp-leases")["renewals"] == 1
    wire.send(500, dhcp4(RELEASE4, 12, mine=LEASE4))
    assert only(wire, "dhcp-leases")["state"] == "released"
    assert wire.findings("dhcp-exchanges") == []  # a release is never answered


def test_dhcp_a_refusal_is_told(wire):
    wire.send(0, dhcp4(REQUEST4, requested=LEASE4)).send(0.1, dhcp4(NAK))
    row = only(wire, "dhcp-exchanges")
    assert (row["outcome"], row["failed"]) == ("NAK", "NAK")
    assert wire.rows("dhcp-leases") == []


def test_dhcp_copies_of_relays_are_no_retransmissions(wire):
    wire.send(0, dhcp4(DISCOVER)).send(0.1, dhcp4(DISCOVER, relay="198.51.100.1"))
    row = only(wire, "dhcp-exchanges")
    assert (row["retransmissions"], row["relays"]) == (0, "198.51.100.1")


def test_dhcp_an_address_lent_to_two_clients(wire):
    dora(wire)
    dora(wire, 10, OTHER_MAC, 11)
    (found,) = [it for it in wire.findings("dhcp-leases") if it.level == "error"]
    assert LEASE4 in found.words


@pytest.mark.parametrize("path", [LAB / "dhcp.pcapng", LAB.parent / "dhcp.pcapng"])
def test_dhcp_messages_are_as_many_as_tshark_counts(path):
    ours = rows("dhcp-messages", path)
    words = ["tshark", "-n", "-r", str(path), "-q", "-z", "dhcp,stat"]
    text = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    theirs = {}
    for line in text.splitlines():
        name, _, count = line.partition("|")
        if count.rstrip("| ").isdecimal() and int(count.rstrip("| ")):
            theirs[name.strip()] = int(count.rstrip("| "))
    assert theirs
    assert {row["message"]: row["packets"] for row in ours} == theirs
