"""Speed and memory, beside tshark, tcpdump and scapy in the same run: ``make bench``."""
