"""What organizers tell each other: signed events, from desk to desk."""
