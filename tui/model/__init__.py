"""What the UI knows: plain classes without a screen, tested without one."""
