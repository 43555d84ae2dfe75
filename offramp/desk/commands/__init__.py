"""The laptop's commands: one module a noun, each a thin layer of words over a module of `offramp.desk`."""
