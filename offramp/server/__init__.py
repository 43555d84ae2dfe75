"""The server: its folder, its two web processes, and what starts and ends them."""
