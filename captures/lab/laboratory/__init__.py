"""A laboratory: hosts, links and switches in network namespaces, and what records their traffic."""
