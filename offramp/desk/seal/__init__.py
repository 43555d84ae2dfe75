"""Sealing a letter on the command line, as the pages and the offline sealer do: `offramp seal`."""
