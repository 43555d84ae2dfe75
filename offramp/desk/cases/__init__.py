"""Cases: the letters of one person, what the team decided about them, and finding one's way among thousands."""
