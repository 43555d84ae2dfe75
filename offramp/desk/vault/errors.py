"""What can go wrong with a vault. A docstring is what a person reads."""

# ruff: noqa: N818 — each name says what is wrong, as those of offramp.crypto.errors do

from __future__ import annotations

from offramp.crypto.errors import WrongPassphrase
from offramp.desk.errors import DeskError


class VaultError(DeskError):
    """The vault could not be used. What was shown as saved is still in it."""


class NotAVault(VaultError):
    """This is not a vault, or one of a newer version of Offramp, or one whose beginning was lost."""


class VaultDamaged(VaultError):
    """The vault is damaged. Restore it from a backup: 'offramp desk restore'."""


class WrongVaultPassphrase(VaultError, WrongPassphrase):
    """The passphrase is wrong."""


class VaultInUse(VaultError):
    """The vault is open in another window. Lock it there, or end that command, and try again."""


class VaultFull(VaultError):
    """The disk that holds the vault is almost full. Make room on it; the last change was not saved."""


class VaultReadOnly(VaultError):
    """The vault cannot be changed where it lies. Copy it to a place where you may write."""


class VaultDiskFailed(VaultError):
    """The disk that holds the vault failed, so the last change was not saved. All before it is."""


class VaultLocked(VaultError):
    """The vault is locked."""


class BackupDamaged(VaultError):
    """This backup is damaged, so it was not restored, and the desk is as it was. Take another backup."""


class BackupNotMade(VaultError):
    """The backup could not be written there, so none was made. Is there room enough, and may you write there?"""
