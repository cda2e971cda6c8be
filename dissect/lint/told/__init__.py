"""What columns tell rules without a tree: messages that they follow, and what they suspect by.

A file a kind; of each kind a table of the packets that columns tell all of that rules ask for.
What isn't in such a table is asked about as a tree.
"""
