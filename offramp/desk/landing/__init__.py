"""The page on the ordinary web that tells how to reach the site."""
