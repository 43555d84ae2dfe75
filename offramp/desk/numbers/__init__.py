"""Numbers: what came in and what became of it, for the team; and, rounded and guarded, for everybody."""
