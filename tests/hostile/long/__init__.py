"""``python -m tests.hostile.long``: long runs, with the memory that they take and how they end.

pipe      a pipe is fed at full speed, with every packet of our captures, by turns: to every command
          that reads one, and to the terminal UI's engine
growing   a file is looked at while it grows
signals   commands are ended at random moments: no file under the final name, no traceback
unread    who reads what commands write goes away at random moments
full      the disk is full, after a random number of octets
"""
