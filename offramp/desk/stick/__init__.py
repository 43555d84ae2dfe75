"""Carrying anything between two laptops on a USB stick, as one file that says nothing to whoever finds it."""
