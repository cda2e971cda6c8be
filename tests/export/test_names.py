import pytest

from dissect.export.names import mac_name


@pytest.mark.parametrize(
    ("mac", "name"),
    [
        ("ffffffffffff", "Broadcast"),
        ("333300000001", "IPv6mcast_01"),
        ("3333ff000001", "IPv6mcast_ff:00:00:01"),
        ("333300000000", "IPv6mcast_00"),
        ("01005e00000d", "IPv4mcast_0d"),
        ("01005e7f0010", "IPv4mcast_7f:00:10"),
        ("00000c112233", "Cisco_11:22:33"),
        ("001e64234d34", "IntelCor_23:4d:34"),
        ("00005e000102", "ICANNIAN_00:01:02"),
        ("001882000001", "HuaweiTe_00:00:01"),
        ("001dcd000001", "ARRISGro_00:00:01"),
        ("020000000001", "02:00:00:00:00:01"),
        ("f2ffff000001", "f2:ff:ff:00:00:01"),
    ],
)
def test_names_are_tsharks(mac, name):
    assert mac_name(bytes.fromhex(mac)) == name


def test_the_zero_address_has_no_vendor():
    assert mac_name(bytes(6)) == "00:00:00:00:00:00"
