"""Questions that the engine answers at once: ``call(engine, …)`` in a file of the question's name.

An answer must be there within some milliseconds, for all others wait so long; what takes longer is
a job.
"""
