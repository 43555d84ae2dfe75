"""Answers: writing and taking back, what was said so far, and the outbox that a courier pushes.

`conversation` says what was written on both sides, `writing` has `plan_answer` and `write_answer`,
`taking_back` has `take_back`, `unfinished` keeps what somebody is still writing.
"""
