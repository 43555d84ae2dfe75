"""Keys and addresses, without a tor."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.public import PrivateKey

from offramp.tor.errors import NotAnOnionAddress
from offramp.tor.onion import ClientKey, OnionKey, bare_address, client_auth_v3

unhurried = settings(deadline=None)  # a noisy machine is no failure
SEEDS = st.binary(min_size=32, max_size=32)


@unhurried
@given(SEEDS)
def test_an_address_passes_its_own_check(seed: bytes) -> None:
    address = OnionKey(seed).address
    assert len(address) == 62
    assert bare_address(address) + ".onion" == address


@unhurried
@given(SEEDS, st.integers(0, 55), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_an_address_with_a_wrong_letter_does_not(seed: bytes, at: int, letter: str) -> None:
    address = OnionKey(seed).address
    changed = address[:at] + letter + address[at + 1 :]
    if changed != address:
        with pytest.raises(NotAnOnionAddress):
            bare_address(changed)


@pytest.mark.parametrize("form", [str.upper, lambda a: a[:-6], lambda a: f"{a}/", lambda a: f"www.{a}"])
def test_other_forms_of_an_address_are_refused(form) -> None:  # type: ignore[no-untyped-def]  # functions of one line
    with pytest.raises(NotAnOnionAddress):
        bare_address(form(OnionKey.generate().address))


def test_the_address_of_the_specification() -> None:
    # Address and public key are an example pair of tor's rend-spec-v3 test data: the address decodes to the key.
    address = "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion"
    assert bare_address(address) + ".onion" == address


def test_every_key_is_new() -> None:
    assert OnionKey.generate() != OnionKey.generate()
    assert ClientKey.generate() != ClientKey.generate()


def test_keys_do_not_show_themselves() -> None:
    onion, client = OnionKey.generate(), ClientKey.generate()
    assert onion.seed.hex() not in repr(onion)
    assert repr(onion.seed) not in repr(onion)
    assert repr(client.private) not in repr(client)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_keys_of_another_length_are_refused(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        OnionKey(bytes(length))
    with pytest.raises(ValueError, match="32 bytes"):
        ClientKey(bytes(length))
    with pytest.raises(ValueError, match="32 bytes"):
        client_auth_v3(bytes(length))


def test_a_clients_public_half_is_x25519() -> None:
    key = ClientKey.generate()
    assert key.public == bytes(PrivateKey(key.private).public_key)
    assert base64.b32decode(key.for_client_auth_v3 + "====") == key.public


def test_the_line_of_a_client_file() -> None:
    key, address = ClientKey.generate(), OnionKey.generate().address
    onion, kind, curve, private = key.auth_private_line(address).split(":")
    assert (f"{onion}.onion", kind, curve) == (address, "descriptor", "x25519")
    assert base64.b32decode(private + "====") == key.private
