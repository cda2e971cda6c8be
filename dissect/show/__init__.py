"""What ``sixscope show`` does with a capture: which packets, and by which of four ways.

    in turn      one packet after the other to the exporter; the only way for what arrives by a pipe
    by columns   the lines of the packet list (``dissect.lines``), and fields of fixed headers
    by moulds    JSON and PDML of packets that are like others (``dissect.moulds``)
    by jobs      decoded here without a tree, in their order; trees and text in other processes

All of them write the same.
"""
