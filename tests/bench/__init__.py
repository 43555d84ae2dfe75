"""The benches: that their parts work, and that what they found is kept and drawn.  No number is judged here."""
