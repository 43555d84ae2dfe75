"""Handing over: advisers and their keys, chosen parts of a case for one of them, and drafts on their way back.

At an organizer's desk: `advisers`, `parts`, `handing_over` and `drafts`. At an adviser's: `handed`, `drafting` and
`sending`.
"""
