"""More than one organizer: signed events, and the state that every desk makes of them in the same way."""
