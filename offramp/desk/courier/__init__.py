"""Carrying: what a courier's laptop says to the server through Tor. It opens nothing."""
