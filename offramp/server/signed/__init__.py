"""What organizers sign and the server goes by: keysets, cards, the manifest."""
