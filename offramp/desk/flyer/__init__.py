"""What a campaign is known by, as ten words and a code, and as a page to print."""
