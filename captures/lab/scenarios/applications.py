"""Applications over IPv6: SIP and RTP, SCTP, DNS and mDNS, HTTP, Multipath TCP, UDP-Lite, SNMP.

a ── b
"""

from __future__ import annotations

import math
import struct
import time
import wave
from pathlib import Path

from laboratory.host import Host
from laboratory.lab import Lab

PACKAGES = (
    "sip-tester", "baresip-core", "libusrsctp-examples", "dnsmasq-base", "bind9-dnsutils",
    "curl", "avahi-daemon", "snmpd", "snmp",
)  # fmt: skip

A, B = "2001:db8:1::1", "2001:db8:1::2"
HOST_RECORD = {"name": "host.lab.example", "aaaa": "2001:db8:1::80", "a": "192.0.2.80"}
ALIAS = "www.lab.example"
TEXT = "v=spf1 ip6:2001:db8::/32 -all"
SERVICE = {"name": "_sip._udp.lab.example", "port": 5060}
QUESTIONS = (
    "host.lab.example AAAA", "host.lab.example A", "www.lab.example AAAA",
    "_sip._udp.lab.example SRV", "lab.example TXT", f"-x {A}", "nx.lab.example AAAA",
    "host.lab.example AAAA +tcp",
    "host.lab.example AAAA +dnssec +subnet=2001:db8::/48 +cookie",
)  # fmt: skip
MPTCP_OCTETS = 500

BARESIP = """
sip_listen [2001:db8:1::%(end)d]:5070
module_path /usr/lib/baresip/modules
module account.so
module g711.so
module aufile.so
module_app menu.so
module rtcpsummary.so
module uuid.so
audio_source aufile,%(wave)s
audio_player aufile,%(folder)s/out.wav
audio_alert aufile,%(folder)s/alert.wav
rtp_timeout 10
rtcp_mux no
rtp_stats yes
call_local_timeout 20
"""
AVAHI = """
[server]
host-name=lab%s
use-ipv4=yes
use-ipv6=yes
enable-dbus=no
allow-interfaces=eth0
[publish]
publish-addresses=yes
publish-hinfo=yes
publish-workstation=yes
publish-aaaa-on-ipv4=yes
"""
AVAHI_SERVICE = """<?xml version="1.0"?><!DOCTYPE service-group SYSTEM "avahi-service.dtd">
<service-group><name replace-wildcards="yes">web on %h</name>
<service protocol="ipv6"><type>_http._tcp</type><port>80</port>
<txt-record>path=/</txt-record></service></service-group>
"""
MPTCP_SERVER = """
import socket
listener = socket.socket(socket.AF_INET6, socket.SOCK_STREAM, 262)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("::", 7001)); listener.listen()
connection, _ = listener.accept()
connection.sendall(connection.recv(1000)); connection.close()
"""
MPTCP_CLIENT = f"""
import socket, time
s = socket.socket(socket.AF_INET6, socket.SOCK_STREAM, 262)
s.connect(("{B}", 7001)); s.sendall(b"x" * {MPTCP_OCTETS}); s.recv(1000); time.sleep(.2)
"""
UDP_LITE = f"""
import socket
socket.socket(socket.AF_INET6, socket.SOCK_DGRAM, 136).sendto(b"lite", ("{B}", 9))
"""


def record(lab: Lab) -> None:
    """One application after the other."""
    a, b = lab.host("a"), lab.host("b")
    lab.link(a, "eth0", b, "eth0")
    for end, host in enumerate((a, b), 1):
        host.up("eth0")
        host.address("eth0", f"2001:db8:1::{end}/64", f"192.0.2.{end}/24")
    for host in (a, b):
        host.settle()
    lab.record(a, "eth0")
    _sipp(a, b, 5060, "uac_pcap", "u1")
    _sipp(a, b, 5062, "uac", "t1")
    _baresip(a, b)
    _sctp(a, b)
    _dns(a, b)
    page = b.file("www/page", "over IPv6\n" * 40)
    b.start("python3", "-m", "http.server", "-d", str(page.parent), "--bind", B, "8080")
    b.start("python3", "-c", MPTCP_SERVER)
    time.sleep(0.6)
    a.run("curl", "-s", "-o", "/dev/null", f"http://[{B}]:8080/page")
    a.run("python3", "-c", MPTCP_CLIENT)
    a.run("python3", "-c", UDP_LITE)
    _mdns(a, b)
    _snmp(a, b)
    lab.truth |= {
        "ends": [A, B], "host": HOST_RECORD, "alias": ALIAS, "text": TEXT, "service": SERVICE,
        "sip": {"udp": 5060, "tcp": 5062, "calls": 3}, "mptcp_octets": MPTCP_OCTETS,
        "mdns": ["laba.local", "labb.local"], "questions": QUESTIONS,
    }  # fmt: skip
    lab.stop()


def _sipp(a: Host, b: Host, port: int, scenario: str, transport: str) -> None:
    """A call; the caller of "uac_pcap" plays G.711 and a telephone event."""
    for host in (a, b):
        link = host.folder / "pcap"
        if not link.exists():
            link.symlink_to("/usr/share/sip-tester")  # the scenario looks for sounds there
    quiet = ("-m", "1", "-nostdin", "-t", transport)
    answering = b.start(
        "env", "-C", str(b.folder), "TERM=dumb", "sipp", "-sn", "uas", "-i", B, "-p", str(port),
        *quiet, log=f"sipp-{port}",
    )  # fmt: skip
    time.sleep(0.6)
    a.run(
        "env", "-C", str(a.folder), "TERM=dumb", "sipp", "-sn", scenario, f"[{B}]:{port}",
        "-i", A, "-d", "300", *quiet, check=False,
    )  # fmt: skip
    answering.end()


def _baresip(a: Host, b: Host) -> None:
    """A call with RTCP."""
    for end, (host, user) in enumerate(((a, "alice"), (b, "bob")), 1):
        sound = host.folder / "in.wav"
        _tone(sound)
        host.file("config", BARESIP % {"end": end, "wave": sound, "folder": host.folder})
        account = f"<sip:{user}@[2001:db8:1::{end}]:5070>;regint=0;answermode=auto\n"
        host.file("accounts", account)
        host.file("contacts", "")
        host.file("uuid", f"00000000-0000-0000-0000-00000000000{end}\n")
    answering = b.start("baresip", "-6", "-f", str(b.folder), "-t", "7")
    time.sleep(0.8)
    dial = f"/dial sip:bob@[{B}]:5070"
    a.run("baresip", "-6", "-f", str(a.folder), "-t", "5", "-e", dial, check=False)
    answering.wait(5)


def _tone(path: Path) -> None:
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        values = (int(8000 * math.sin(i * 0.3)) for i in range(80000))
        sound.writeframes(b"".join(struct.pack("<h", value) for value in values))


def _sctp(a: Host, b: Host) -> None:
    b.start("/usr/lib/usrsctp/discard_server")
    time.sleep(0.4)
    talk = f"(sleep .5; echo over sctp; sleep .7) | timeout 5 /usr/lib/usrsctp/client {B} 9"
    a.run("bash", "-c", talk, check=False)


def _dns(a: Host, b: Host) -> None:
    name, aaaa, ipv4 = HOST_RECORD["name"], HOST_RECORD["aaaa"], HOST_RECORD["a"]
    b.start(
        "dnsmasq", "-d", "-C", "/dev/null", "--user=root", "--pid-file=", "--no-resolv",
        "--no-hosts", "--local=/lab.example/", f"--host-record={name},{aaaa},{ipv4}",
        f"--srv-host={SERVICE['name']},{name},{SERVICE['port']}", f"--cname={ALIAS},{name}",
        f"--txt-record=lab.example,{TEXT}", f"--listen-address={B}", "--bind-interfaces",
    )  # fmt: skip
    time.sleep(0.5)
    for question in QUESTIONS:
        a.run("dig", "+tries=1", "+time=1", f"@{B}", *question.split(), check=False)


def _mdns(a: Host, b: Host) -> None:
    Path("/run/avahi-daemon").mkdir(exist_ok=True)  # what is put in its place needs a place
    for host in (a, b):
        config = host.file("avahi.conf", AVAHI % host.name)
        host.file("services/http.service", AVAHI_SERVICE)
        run = host.folder / "avahi"
        run.mkdir()
        run.chmod(0o777)
        host.start(
            "avahi-daemon", "-f", str(config), "--no-drop-root", "--no-chroot", "--no-rlimits",
            private={"/run/avahi-daemon": run, "/etc/avahi/services": host.folder / "services"},
        )  # fmt: skip
        time.sleep(0.4)
    time.sleep(3)
    for question in (("labb.local", "AAAA"), ("_http._tcp.local", "PTR")):
        words = ("-p", "5353", "@ff02::fb%eth0")
        a.run("dig", "+tries=1", "+time=1", *words, *question, check=False)


def _snmp(a: Host, b: Host) -> None:
    text = f"rocommunity6 public\nagentAddress udp6:[{B}]:161\n"
    config = b.file("snmpd.conf", text)
    pid = str(b.folder / "snmpd.pid")
    b.start("snmpd", "-f", "-Lo", "-C", "-c", str(config), "-p", pid, "-I", "system_mib")
    time.sleep(1)
    words = ("-v2c", "-c", "public", "-On", f"udp6:[{B}]:161", "1.3.6.1.2.1.1.5.0")
    a.run("snmpget", *words, check=False)
