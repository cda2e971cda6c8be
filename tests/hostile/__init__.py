"""Packets and files that were made to break, slow or fool whoever reads them.

``bombs``  packets of 64 KB that ask for as much work as they can
``texts``  packets whose text means something to a terminal, a browser, a spreadsheet
``files``  capture files that ask for as much memory as they can

``python -m tests.hostile`` measures the time and memory that each bomb costs at every exit,
``python -m tests.hostile.files`` those of the files, ``python -m tests.hostile.long`` runs what
takes long.
"""
