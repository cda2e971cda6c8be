"""The command line: one file per subcommand, each with a click command called ``command``.

The first line of a file's docstring is the subcommand's summary in ``sixscope --help``; the file
itself is imported only when its subcommand is used.
"""
