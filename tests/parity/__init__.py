"""How much of what tshark defines is exercised by captures, and agrees: ``make parity``."""
