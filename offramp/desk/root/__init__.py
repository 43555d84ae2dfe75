"""The root laptop: the root key and its shares, the organizers' key lists, and the calendar."""
