"""What a server serves, signed as the holder of the root key does it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from offramp.crypto.manifest import Manifest, sign_manifest
from offramp.server.layout import ServerFolder, load
from offramp.site.pages import render_files
from offramp.site.signed_files import headers_of_all, listed, release
from tests.app.campaign import TestCampaign


def manifest_for(folder: ServerFolder, campaign: TestCampaign, **changed: Any) -> Manifest:
    """The manifest of a server's folder, in which a test may change anything."""
    state = load(folder)
    sequence = changed.get("sequence", 1)
    said = {
        "campaign": campaign.id,
        "onion": state.intake_address,
        "number": 1,
        "sequence": sequence,
        "day": datetime.now(UTC).date(),
        "release": release(),
        "headers": headers_of_all(),
        "files": listed(render_files(state.campaign, state.root, sequence, state.intake_address)),
    }
    return sign_manifest(campaign.root_seed, **(said | changed))
