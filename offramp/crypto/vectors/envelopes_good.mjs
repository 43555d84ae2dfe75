/** Envelopes that open, and the worked example of FORMAT.md, section 17. */

import { ml_kem768 } from "@noble/post-quantum/ml-kem.js";
import { concat, toUtf8 } from "../js/bytes.mjs";
import { chunkNonce } from "../js/envelope.mjs";
import { BODY_KEY, COMMIT, labelledHash } from "../js/hashing.mjs";
import { contentParts } from "../js/letter.mjs";
import { fixedHeader, sealSlot, secretBox, slotKeyOf } from "../js/sealing.mjs";
import { CHUNKS, KEYSET, SMALLEST, edited, good, letterWith } from "./envelope_making.mjs";
import { ANN, BEN, PUBLIC, base64, dummies, fixedRandom, hex, makeKeyset, shown } from "./material.mjs";

/** @returns {Promise<Record<string, object>>} */
export async function goodEnvelopes() {
  const random = fixedRandom("good envelopes");
  const ten = makeKeyset({ recipients: [...dummies(7), ...PUBLIC, ...dummies(8).slice(7)] });
  const room = 16_384 - 4 - concat(...contentParts(letterWith({ fields: [["text", ""]] }))).length;
  const all = letterWith({
    purpose: "offer",
    thread: random(16),
    replyKey: random(32),
    fields: [
      ["skills", "résumés", "interviews"],
      ["hours", "3"],
      ["text", 'Gern, \u{1f44b}\n"jederzeit".'],
    ],
    attachments: [
      { name: "a.txt", data: toUtf8("attached") },
      { name: "empty", data: new Uint8Array(0) },
      { name: "b.bin", data: random(64) },
    ],
  });
  const long = letterWith({ attachments: [{ name: "long.bin", data: new Uint8Array(70_000).fill(7) }] });
  return {
    [SMALLEST]: await withSteps(),
    envelope_second_recipient: {
      ...edited("the same envelope, opened by the other recipient", "ok", SMALLEST, [], BEN),
      letter: shown(letterWith()),
    },
    envelope_all_members: await good("every member, and attachments of which one is empty", all),
    envelope_class_exactly_full: await good(
      "content that fills its class to the byte",
      letterWith({ fields: [["text", "x".repeat(room)]] }),
    ),
    envelope_one_byte_over_class: await good(
      "content that needs the next class by one byte",
      letterWith({ fields: [["text", "x".repeat(room + 1)]] }),
    ),
    [CHUNKS]: await good("a body of four chunks", long),
    envelope_ten_slots: await good("ten slots, of which eight are nobody's", letterWith({}, ten), {
      keyset: ten,
      key: BEN,
    }),
  };
}

/** The smallest envelope with every value of 2.2 by its name there. */
async function withSteps() {
  const why = "the worked example of FORMAT.md: two slots, the smallest class, every value of 2.2";
  const result = await good(why, letterWith());
  const random = fixedRandom(why);
  const contentKey = random(32);
  const slots = KEYSET.recipients.map((recipient, index) => {
    const slot = sealSlot(index, KEYSET, contentKey, random);
    return { recipient, index, ciphertext: slot.slice(0, 1088), box: slot.slice(1088) };
  });
  const header = concat(
    fixedHeader(KEYSET, contentKey),
    ...slots.flatMap((one) => [one.ciphertext, one.box]),
  );
  result.steps = {
    keyset_id: hex(KEYSET.id),
    content: base64(concat(...contentParts(letterWith()))),
    content_key: hex(contentKey),
    commitment: hex(labelledHash(COMMIT, KEYSET.id, contentKey)),
    slots: slots.map((slot, index) => stepsOfSlot(slot, [ANN, BEN][index], contentKey)),
    body_key: hex(labelledHash(BODY_KEY, header, contentKey)),
    nonce: hex(chunkNonce(0, true)),
  };
  return result;
}

function stepsOfSlot({ recipient, index, ciphertext, box }, key, contentKey) {
  const shared = ml_kem768.decapsulate(ciphertext, ml_kem768.keygen(key.mlkemSeed).secretKey);
  const slotKey = slotKeyOf(KEYSET.id, index, recipient.x25519, ciphertext, shared);
  return {
    ciphertext: base64(ciphertext),
    shared: hex(shared),
    slot_key: hex(slotKey),
    wrapped: hex(secretBox(slotKey, new Uint8Array(24), contentKey)),
    sealed_box: hex(box),
  };
}
