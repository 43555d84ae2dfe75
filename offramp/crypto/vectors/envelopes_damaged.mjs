/** Envelopes that a reader refuses before it sees any content: FORMAT.md, 2.3, steps 1 to 5. */

import { concat, toUtf8 } from "../js/bytes.mjs";
import { CHUNK_LENGTH, SLOT_LENGTH, chunkNonce, envelopeLength, headerLength } from "../js/envelope.mjs";
import { sealSlot, sealedBox } from "../js/sealing.mjs";
import {
  KEYSET,
  OTHER_KEYSET,
  BODY,
  SMALLEST,
  whole,
  edited,
  smallest,
  fourChunks,
  chunkAt,
  handMade,
} from "./envelope_making.mjs";
import { BEN, PUBLIC, fixedRandom, hex } from "./material.mjs";

/** @returns {Record<string, object>} */
export const damagedEnvelopes = () => ({ ...outsideCases(), ...slotCases(), ...bodyCases() });

/** 2.3, steps 1 and 2. */
function outsideCases() {
  const length = envelopeLength(16_384, 2);
  return {
    envelope_empty: smallest("no bytes", "NotAnEnvelope", { cut: 0 }),
    envelope_shorter_than_header: smallest("one byte less than the fixed header", "NotAnEnvelope", {
      cut: 83,
    }),
    envelope_plaintext: whole(
      "text that nobody sealed, in the length of an envelope",
      "NotAnEnvelope",
      toUtf8("I would like to leave. ".repeat(1000)).slice(0, length),
    ),
    envelope_magic_wrong: smallest("one changed bit of the magic", "NotAnEnvelope", { at: 0, xor: "01" }),
    envelope_magic_of_a_keyset: smallest("the magic of another format", "NotAnEnvelope", {
      at: 0,
      put: hex(KEYSET.raw.slice(0, 16)),
    }),
    envelope_version_zero: smallest("version 0", "UnsupportedVersion", { at: 16, put: "00" }),
    envelope_version_unknown: smallest("version 2", "UnsupportedVersion", { at: 16, put: "02" }),
    envelope_slot_count_zero: smallest("no slots", "WrongSlots", { at: 17, put: "00" }),
    envelope_slot_count_one: smallest("one slot", "WrongSlots", { at: 17, put: "01" }),
    envelope_slot_count_eleven: smallest("eleven slots", "WrongSlots", { at: 17, put: "0b" }),
    envelope_slot_length_wrong: smallest("slots that say to be one byte longer", "WrongSlots", {
      at: 18,
      put: "04a1",
    }),
    envelope_slot_length_zero: smallest("slots that say to be empty", "WrongSlots", { at: 18, put: "0000" }),
    envelope_slot_count_other: smallest(
      "three slots, and the length of an envelope with three, for a keyset of two",
      "WrongSlots",
      { at: 17, put: "03" },
      { at: BODY, insert: "00".repeat(SLOT_LENGTH) },
    ),
    envelope_slot_count_and_length_disagree: smallest("three slots in the length of two", "WrongLength", {
      at: 17,
      put: "03",
    }),
    envelope_one_byte_short: smallest("one byte less than the class", "WrongLength", { cut: length - 1 }),
    envelope_one_byte_long: smallest("one byte more than the class", "WrongLength", {
      at: length,
      insert: "00",
    }),
    envelope_header_only: smallest("a header with no body", "WrongLength", { cut: BODY }),
    envelope_fixed_header_only: smallest("a header with no slots", "WrongLength", { cut: 84 }),
    envelope_keyset_unknown: smallest("the id of another keyset", "UnknownKeyset", {
      at: 20,
      put: hex(OTHER_KEYSET.id),
    }),
  };
}

/** 2.3, steps 3 and 4. */
function slotCases() {
  const first = headerLength(0);
  const box = first + 1088;
  const other = (recipient) => (index, contentKey, random) =>
    sealSlot(recipient(index), KEYSET, contentKey, random);
  const elsewhere = (index, contentKey, random) =>
    sealSlot(index, { ...KEYSET, id: OTHER_KEYSET.id }, contentKey, random);
  const bare = (index, contentKey, random) => {
    const slot = sealSlot(index, KEYSET, contentKey, random);
    return concat(
      slot.slice(0, 1088),
      sealedBox(KEYSET.recipients[index].x25519, concat(contentKey, random(16)), random(32)),
    );
  };
  const random = fixedRandom("two content keys");
  const two = handMade("equivocation", { contentKeys: [random(32), random(32)] });
  return {
    envelope_slot_mlkem_flipped: smallest("one changed bit of the ML-KEM ciphertext", "SlotDamaged", {
      at: first + 5,
      xor: "40",
    }),
    envelope_slot_mlkem_last_flipped: smallest("its last bit changed", "SlotDamaged", {
      at: box - 1,
      xor: "01",
    }),
    envelope_slot_ephemeral_flipped: smallest(
      "one changed bit of the sealed box's fresh key",
      "SlotDamaged",
      { at: box, xor: "01" },
    ),
    envelope_slot_ephemeral_zero: smallest("a fresh key of low order", "SlotDamaged", {
      at: box,
      put: "00".repeat(32),
    }),
    envelope_slot_box_flipped: smallest("one changed bit of the sealed box", "SlotDamaged", {
      at: box + 95,
      xor: "80",
    }),
    envelope_slots_swapped: smallest("the two slots in each other's place", "SlotDamaged", {
      swap: [first, first + SLOT_LENGTH, SLOT_LENGTH],
    }),
    envelope_slot_for_other_recipient: whole(
      "both slots sealed to the second recipient",
      "SlotDamaged",
      handMade("other recipient", { slotFor: other(() => 1) }),
    ),
    envelope_slot_other_index: whole(
      "a slot for the right key under another place's slot key",
      "SlotDamaged",
      handMade("other index", {
        slotFor: (i, k, r) => sealSlot(1 - i, { ...KEYSET, recipients: [PUBLIC[1], PUBLIC[0]] }, k, r),
      }),
    ),
    envelope_slot_other_keyset: whole(
      "slots made for another keyset",
      "SlotDamaged",
      handMade("elsewhere", { slotFor: elsewhere }),
    ),
    envelope_slot_one_lock: whole(
      "a content key behind the sealed box alone",
      "SlotDamaged",
      handMade("one lock", { slotFor: bare }),
    ),
    envelope_commitment_flipped: smallest("one changed bit of the commitment", "CommitmentMismatch", {
      at: 52,
      xor: "01",
    }),
    envelope_two_content_keys: whole(
      "another content key for the second recipient",
      "CommitmentMismatch",
      two,
      BEN,
    ),
    envelope_two_content_keys_first: whole(
      "the same envelope for the first recipient, whose slot agrees with the commitment but whose letter is whole",
      "ok",
      two,
    ),
    envelope_slot_of_another_envelope: edited(
      "the first slot of another envelope to the same keyset",
      "CommitmentMismatch",
      SMALLEST,
      [{ at: first, put: hex(handMade("another", {}).slice(first, first + SLOT_LENGTH)) }],
    ),
  };
}

/** 2.3, step 5. */
function bodyCases() {
  const second = headerLength(1);
  const sealedChunk = CHUNK_LENGTH + 16;
  return {
    envelope_other_slot_flipped: smallest("one changed bit in the other recipient's slot", "BodyDamaged", {
      at: second,
      xor: "01",
    }),
    envelope_other_slot_zero: smallest("the other recipient's slot blotted out", "BodyDamaged", {
      at: second,
      put: "00".repeat(SLOT_LENGTH),
    }),
    envelope_body_flipped: smallest("one changed bit of the text", "BodyDamaged", {
      at: BODY + 100,
      xor: "01",
    }),
    envelope_body_tag_flipped: smallest("one changed bit of the tag", "BodyDamaged", { at: BODY, xor: "01" }),
    envelope_body_last_flipped: smallest("the last bit of the padding changed", "BodyDamaged", {
      at: BODY + 16 + 16_383,
      xor: "01",
    }),
    envelope_chunk_first_flipped: fourChunks("the first of four chunks changed", "BodyDamaged", {
      at: chunkAt(0) + 20,
      xor: "01",
    }),
    envelope_chunk_middle_flipped: fourChunks("a middle chunk changed", "BodyDamaged", {
      at: chunkAt(2) + 20,
      xor: "01",
    }),
    envelope_chunk_last_flipped: fourChunks("the last chunk changed", "BodyDamaged", {
      at: chunkAt(3) + 20,
      xor: "01",
    }),
    envelope_chunks_swapped: fourChunks("two chunks in each other's place", "BodyDamaged", {
      swap: [chunkAt(1), chunkAt(2), sealedChunk],
    }),
    envelope_body_cut_to_class: fourChunks(
      "cut after the first chunk, which is the length of a smaller class",
      "BodyDamaged",
      { cut: chunkAt(1) },
    ),
    envelope_last_flag_missing: whole(
      "the only chunk sealed as if another followed",
      "BodyDamaged",
      handMade("no last flag", { nonce: chunkNonce(0, false) }),
    ),
    envelope_chunk_counter_wrong: whole(
      "the only chunk sealed as the second",
      "BodyDamaged",
      handMade("counter", { nonce: chunkNonce(1, true) }),
    ),
  };
}
