"""The files that came with letters, out of the vault."""

from __future__ import annotations

from offramp.crypto.letter import Attachment
from offramp.desk.cases.case import FILE, KeptLetter, file_name
from offramp.desk.desk import Desk
from offramp.desk.vault.errors import VaultDamaged


def letter_file(desk: Desk, letter: KeptLetter, number: int) -> Attachment:
    """One file of a letter, by its place from 0. Its name is a stranger's. Raises VaultDamaged."""
    data = desk.vault.get(letter.case_id, FILE, file_name(letter.id, number))
    if data is None:
        raise VaultDamaged
    return Attachment(letter.files[number].name, data)


def letter_files(desk: Desk, letter: KeptLetter) -> tuple[Attachment, ...]:
    """All of them. Raises VaultDamaged."""
    return tuple(letter_file(desk, letter, number) for number in range(len(letter.files)))
