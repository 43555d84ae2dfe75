"""The site that workers and volunteers see: its pages, what is served with them, and what a manifest lists of it."""
