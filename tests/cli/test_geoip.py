"""``--geoip`` of `sixscope show` and `sixscope crosscheck`: what is shown, and what goes wrong."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from dissect.cli.main import main
from tests import places
from tests.captures_list import ROOT
from tests.protocols.beside_tshark import needs_tshark

TOUR = str(ROOT / "captures" / "tour.pcapng")


def run(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def folder(tmp_path):
    return places.write_all(tmp_path)


def test_folder_and_file_together_say_who_and_where(folder):
    fields = ("-T", "fields", "-e", "ipv6.geoip.src_summary", "-Y", "ipv6.geoip.src_asnum == 65551")
    both = run("show", "--geoip", folder / "asn.mmdb", "--geoip", folder, "-c", 1, *fields, TOUR)
    assert both.stdout == 'Suburbia, XS, ASN 65551, The "Other" Net\n'
    one = run("show", "--geoip", folder / "asn.mmdb", "-c", 1, *fields, TOUR)
    assert one.stdout == 'ASN 65551, The "Other" Net\n'
    assert both.exit_code == one.exit_code == 0


def test_generated_fields_stand_in_brackets_below_the_addresses(folder):
    lines = run("show", "-V", "--geoip", folder, "--packets", "10", TOUR).stdout.splitlines()
    at = lines.index("    [Source GeoIP: Fjordby Ærø, XN, ASN 64496, Example Net]")
    assert lines[at + 1] == "        [Source GeoIP City: Fjordby Ærø]"


def test_file_that_is_no_database_is_one_line_and_status_2(folder):
    result = run("show", "--geoip", folder, "--geoip", TOUR, TOUR)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr == (
        f"sixscope show: --geoip: {TOUR}: no MaxMind database, or a damaged one\n"
    )


def test_damaged_record_is_reported_behind_all_packets_with_status_2(folder):
    octets = (folder / "asn.mmdb").read_bytes()
    (folder / "asn.mmdb").write_bytes(octets.replace(b"Example Net", b"\xffxample Net"))
    whole = run("show", "-V", TOUR)
    result = run("show", "-V", "--geoip", folder, TOUR)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"sixscope: {folder / 'asn.mmdb'}: damaged database: ")
    assert result.stderr.count("\n") == 1
    kept = [line for line in result.stdout.splitlines() if "GeoIP" not in line]
    assert kept == whole.stdout.splitlines()


@pytest.mark.tshark
@needs_tshark
def test_crosscheck_looks_up_on_both_sides(folder):
    result = run("crosscheck", "--geoip", folder, "--protocols", "ip", "--jobs", 1, TOUR)
    without = run("crosscheck", "--protocols", "ip", "--jobs", 1, TOUR)
    agreed = [int(it.stdout.splitlines()[1].split()[1]) for it in (result, without)]
    assert agreed[0] > agreed[1]
    assert result.exit_code == without.exit_code == 0


def test_crosscheck_without_a_database_in_the_folder_is_status_2(tmp_path):
    result = run("crosscheck", "--geoip", tmp_path, "--jobs", 1, TOUR)
    assert result.exit_code == 2
    assert "no database (*.mmdb) is in this folder" in result.stderr
    assert result.stderr.count("\n") == 1
