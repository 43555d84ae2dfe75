"""HTTP: whole requests out of hostile connections, the two apps under gunicorn, and how they answer."""
