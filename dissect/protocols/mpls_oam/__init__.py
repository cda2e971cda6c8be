"""Operation, administration and maintenance in MPLS's associated channel (RFC 5586)."""
