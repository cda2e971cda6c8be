"""What MaxMind databases say of addresses: what is taken, what is not, and damage."""

from __future__ import annotations

import subprocess
import sys
from ipaddress import ip_address

import pytest
from maxminddb import MODE_MMAP, open_database
from mmdb_writer import MmdbU32

from dissect.address.places import CACHED, Place, databases
from tests import places


def place(found, address):
    return found.place(ip_address(address).packed)


@pytest.fixture
def one(tmp_path):
    """one(record): what is known of 2001:db8::1 from a database that has just this record."""

    def look_up(record):
        path = places.write(tmp_path / "one.mmdb", {"2001:db8::/48": record})
        found = databases(str(path))
        assert not found.damage
        return place(found, "2001:db8::1")

    return look_up


def english(name):
    return {"names": {"en": name}}


def test_databases_of_a_folder_complete_each_other(tmp_path):
    found = databases(str(places.write_all(tmp_path)))
    known = Place("Fjordby Ærø", "Norrland", "XN", 64496, "Example Net", 59.25, -10.123457)
    assert place(found, "2001:db8:0:1::1") == known
    assert place(found, "192.0.2.1").summary == "Altstadt, XW, ASN 64497, Example Four"
    assert place(found, "192.0.2.200") == Place(asnum=64497, org="Example Four")
    assert place(found, "203.0.113.1") is None
    assert found.damage == ""


def test_the_later_database_wins_even_with_an_empty_word(tmp_path):
    record = {"city": english("First"), "country": english("Land")}
    first = places.write(tmp_path / "z.mmdb", {"2001:db8::/48": record})
    second = places.write(tmp_path / "a.mmdb", {"2001:db8::/48": {"city": english("")}})
    assert place(databases(f"{first}:{second}"), "2001:db8::1") == Place("", "Land")
    assert place(databases(f"{second}:{first}"), "2001:db8::1") == Place("First", "Land")
    assert place(databases(str(tmp_path)), "2001:db8::1").city == "First"


@pytest.mark.parametrize(
    ("record", "known"),
    [
        ({"country": english("Land")}, Place(country="Land")),
        ({"country": {"iso_code": "XX", "names": {"de": "Nur"}}}, Place(country_iso="XX")),
        ({"city": english("  two\nlines")}, Place("two")),
        ({"city": english("C" * 2000)}, None),
        ({"city": english("")}, Place()),
        ({"registered_country": english("Elsewhere")}, None),
        ({"country": "a word", "city": ["a list"]}, None),
        ({"autonomous_system_number": MmdbU32(0)}, Place()),
        ({"autonomous_system_number": MmdbU32(2**32 - 1)}, Place(asnum=4294967295)),
        ({"location": {"latitude": 90.0, "longitude": -180.0}}, Place(lat=90.0, lon=-180.0)),
        ({"location": {"latitude": 90.1, "longitude": -180.1}}, Place()),
        ({"location": {"latitude": float("nan"), "longitude": float("inf")}}, Place()),
        ({"location": {"latitude": 1.23456789}}, Place(lat=1.234568)),
    ],
)
def test_what_is_taken_from_a_record_is_what_tshark_takes(one, record, known):
    assert one(record) == known


def test_database_of_ipv4_knows_nothing_of_ipv6(tmp_path):
    path = places.write(tmp_path / "four.mmdb", {"192.0.2.0/24": {"city": english("Four")}}, 4)
    found = databases(str(path))
    assert place(found, "192.0.2.1") == Place("Four")
    assert place(found, "2001:db8::1") is None
    assert found.damage == ""


def test_look_ups_are_remembered_but_not_all(tmp_path):
    found = databases(str(places.write_all(tmp_path)))
    assert place(found, "192.0.2.1") is place(found, "192.0.2.1")
    assert found.place.cache_info()[:3] == (1, 1, CACHED)


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (None, "No such file"),
        (b"", "no MaxMind database"),
        (b"\0" * 4096, "no MaxMind database"),
        (b"\xab\xcd\xefMaxMind.com", "no MaxMind database"),
        (b"\xab\xcd\xefMaxMind.com\xe1\x44node\xe0", "no MaxMind database"),
    ],
)
def test_file_that_is_no_database_is_refused_in_one_line(tmp_path, octets, words):
    path = tmp_path / "bad.mmdb"
    if octets is not None:
        path.write_bytes(octets)
    with pytest.raises(ValueError, match=words) as error:
        databases(str(path))
    assert str(error.value).startswith(str(path))
    assert "\n" not in str(error.value)


def test_folder_without_a_database_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"no database \(\*\.mmdb\)"):
        databases(str(tmp_path))


def test_no_path_at_all_is_refused():
    with pytest.raises(ValueError, match="expected the path"):
        databases("")


def test_damaged_record_is_told_and_the_other_database_still_answers(tmp_path):
    octets = (places.write_all(tmp_path) / "asn.mmdb").read_bytes()
    (tmp_path / "asn.mmdb").write_bytes(octets.replace(b"Example Net", b"\xffxample Net"))
    found = databases(str(tmp_path))
    assert place(found, "2001:db8:80::80").org == 'The "Other" Net'
    assert found.damage == ""
    assert place(found, "2001:db8:0:1::1").summary == "Fjordby Ærø, XN"
    assert found.damage.startswith(f"{tmp_path / 'asn.mmdb'}: damaged database: ")


def test_arrays_that_multiply_are_given_up_at_once_and_for_good(tmp_path):
    """Forty arrays, each of twice the next: a million million values if all were read."""
    path = places.write(tmp_path / "bomb.mmdb", {"2001:db8::/47": {"city": "P" * 284}})
    octets = bytearray(path.read_bytes())
    metadata = open_database(str(path), MODE_MMAP).metadata()
    section = metadata.node_count * metadata.record_size // 4 + 16
    at = octets.index(b"P" * 284) - 2  # the head of the string: type and length
    inner = (at - section + 6 * number for number in range(1, 41))
    bomb = (
        b"".join(b"\x02\x04" + 2 * (0x2000 | to).to_bytes(2, "big") for to in inner) + b"\x00\x04"
    )
    octets[at : at + len(bomb)] = bomb
    path.write_bytes(octets)
    found = databases(str(path))
    assert place(found, "2001:db8::1") is None
    assert "maximum number of values" in found.damage
    found.damage = ""
    assert place(found, "2001:db8:1::1") is None
    assert found.damage == ""  # it was not asked


def test_octets_turned_over_anywhere_and_cuts_raise_nothing_but_the_refusal(tmp_path):
    path = places.write_all(tmp_path) / "city.mmdb"
    octets = path.read_bytes()
    bad = [
        *(octets[:at] + bytes([octets[at] ^ 0xFF]) + octets[at + 1 :]
          for at in range(0, len(octets), 7)),
        *(octets[:at] for at in range(0, len(octets), 101)),
    ]  # fmt: skip
    outcomes = set()
    for number, changed in enumerate(bad):
        path = tmp_path / f"{number}.bad"
        path.write_bytes(changed)
        try:
            found = databases(str(path))
        except ValueError:
            outcomes.add("refused")
            continue
        for address in ("2001:db8::1", "2001:db8:80::80", "192.0.2.1", "198.51.100.1", "::"):
            place(found, address)
        outcomes.add("damaged" if found.damage else "read")
    assert outcomes == {"refused", "damaged", "read"}


def test_library_is_not_imported_until_a_database_is_named():
    code = "import sys, dissect.protocols; sys.exit('maxminddb' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_absent_library_is_told_with_how_to_install_it(tmp_path, monkeypatch):
    path = places.write(tmp_path / "a.mmdb", places.OWNERS)
    monkeypatch.setitem(sys.modules, "maxminddb", None)
    with pytest.raises(ValueError, match=r"pip install 'sixscope\[geoip\]'"):
        databases(str(path))
