"""What a campaign is known by: an onion address and the root key behind it (FORMAT.md, 17.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from offramp.crypto.words import campaign_code, campaign_words
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.flyer.errors import AddressUnknown, OtherAddress
from offramp.desk.onion_address import check_onion


@dataclass(frozen=True, slots=True)
class Identity:
    """`onion` in lower case with `.onion`; `root` is the root's public key [32]."""

    onion: str
    root: bytes

    @classmethod
    def of(cls, folder: CampaignFolder, onion: str | None = None) -> Self:
        """A campaign's, from its folder and newest keyset, or for the address that is given.

        Raises AddressUnknown, OtherAddress, and what is wrong with the folder or the address.
        """
        newest = folder.newest_keyset()
        if onion is None and newest is None:
            raise AddressUnknown
        address = check_onion(onion) if onion is not None else ""
        if newest is not None and address not in ("", newest.onion):
            # A flyer cannot be taken back once it hangs somewhere.
            raise OtherAddress(
                f"The campaign's keysets are signed for {newest.onion}, and not for that address."
            )
        return cls(address or (newest.onion if newest else ""), folder.root())

    @property
    def words(self) -> str:
        return campaign_words(self.onion, self.root)

    @property
    def code(self) -> str:
        return campaign_code(self.onion, self.root)

    @property
    def scanned(self) -> str:
        """What the QR code says: the address, and behind it the code, which no browser sends anywhere.

        It does not begin with http://, for a phone's camera would open that in the phone's ordinary browser, which
        asks the network for the address by name. Tor Browser's own scanner takes it as it is.
        """
        return f"{self.onion}/#{self.code}"
