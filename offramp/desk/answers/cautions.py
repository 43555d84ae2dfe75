"""What somebody who is about to answer may not know."""

from __future__ import annotations

from collections.abc import Iterator

from offramp.desk.answers.conversation import conversation
from offramp.desk.cases.status import assignee_of
from offramp.desk.desk import Desk


def cautions(desk: Desk, case_id: bytes) -> Iterator[str]:
    """Sentences for whoever is about to answer a case, of what they may not know."""
    found = conversation(desk, case_id)
    assignee = assignee_of(desk, case_id)
    if assignee and assignee != desk.me.name:
        yield f"This case is {assignee}'s. Have you spoken about it?"
    for one in found.answers:
        if one.author != desk.me.public and one.taken_back is None and one.number > found.most_read:
            yield (
                f"Answer {one.number} is {desk.team.name_of(one.author)}'s, of {one.day}. "
                "They have not written again since they could read it."
            )
    if found.most_read > found.highest:
        yield (
            f"This person says to have read answer {found.most_read}, which is not here. "
            "Another desk may have written it: import what came first."
        )
    if len(found.threads) > 1:
        yield (
            "This person wrote under several sets of twelve words. "
            "The answer can be read with one of them: the one of the case, or else the last."
        )
