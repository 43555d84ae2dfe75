"""What can be wrong between Offramp and tor: one class for each thing that somebody can act on.

The docstring of a class is what to tell that person; an instance says it with the names of the case in hand.
Never is a key part of it, nor an answer of tor that could hold one.
"""

# ruff: noqa: N818 — each name says what is wrong, as those of offramp.crypto.errors do

from __future__ import annotations

from offramp.crypto.errors import OfframpError


class TorError(OfframpError):
    """Something is wrong with tor, or with what Offramp asked of it."""


class ControlAddressMalformed(TorError):
    """This is no control port: give its number, its address (127.0.0.1:9051), or a socket's whole path."""


class TorMissing(TorError):
    """No tor answers there: start it (`systemctl restart tor`). A port needs `ControlPort 9051` in its torrc."""


class TorNotInstalled(TorError):
    """There is no tor program on this machine: install it (on Debian: `apt install tor`)."""


class TorOptionsMissing(TorError):
    """There is no file with more options for tor at this path, and without it tor would go its usual way."""


class OwnTorEnded(TorError):
    """The tor that Offramp started has ended."""


class TorTooSlow(TorError):
    """tor found no way into the Tor network: check the internet connection, or use bridges (--tor-options)."""


class NotTor(TorError):
    """Something answers there, but it is not tor's control port: check the port number or the path."""


class TorNotAnswering(TorError):
    """tor took the connection but does not answer: look into tor's log, and restart it."""


class ControlLost(TorError):
    """tor closed the control connection: it stopped, or was restarted."""


class ControlRefused(TorError):
    """tor does not let this user control it: add the user to the group that owns tor's control cookie."""


class TorTooOld(TorError):
    """This tor is too old for onion services with client authorization: install tor 0.4.6.1 or later."""


class NotAnonymous(TorError):
    """This tor does not hide where its onions are: take HiddenServiceNonAnonymousMode out of its torrc."""


class TargetRefused(TorError):
    """tor cannot use this path of a socket: take an absolute one, short, of plain characters, no spaces."""


class AddOnionRefused(TorError):
    """tor refused to publish the onion service."""


class OnionTaken(AddOnionRefused):
    """This tor already publishes this address for another program: stop that program first."""


class OnionKeyError(TorError):
    """Something is wrong with the file of an onion's key."""


class OnionKeyMissing(OnionKeyError):
    """There is no onion key at this path: make one, or restore it from its copy."""


class OnionKeyExposed(OnionKeyError):
    """Others on this machine can read this onion key: `chmod 600` the file."""


class OnionKeyDamaged(OnionKeyError):
    """This file is not an onion key: restore it from its copy."""


class OnionKeyExists(OnionKeyError):
    """There is an onion key here already, and losing it would lose its address: nothing was written."""


class NotAnOnionAddress(TorError):
    """This is not the address of a v3 onion service: 56 characters and `.onion`."""


class ClientAuthRefused(TorError):
    """tor did not take the key for this onion service."""


class ClientAuthTaken(ClientAuthRefused):
    """This tor already holds another key for this onion service: remove that one first."""
