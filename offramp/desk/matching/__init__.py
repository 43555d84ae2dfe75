"""Matching: which adviser fits which request, why, and a proposal for all open requests at once."""
