"""What ``captures/make.py`` puts together: packets, and the files that hold them."""
