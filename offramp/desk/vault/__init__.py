"""The vault: one file on a laptop that holds everything a desk knows, and tells nothing without a passphrase."""
