"""Packets and files that were made to break, slow or fool whoever reads them.

``bombs``  packets of 64 KB that ask for as much work as they can
``texts``  packets whose text means something to a terminal, a browser, a spreadsheet
``python -m tests.hostile`` measures the time and memory that each bomb costs.
"""
