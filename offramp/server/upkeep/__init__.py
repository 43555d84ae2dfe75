"""What an operator does to a server over the years: who owns what, moving, mending, migrating."""
