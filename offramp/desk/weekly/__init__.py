"""Keys that live for a week: making them ahead, destroying them on schedule, and saying that somebody reads."""
