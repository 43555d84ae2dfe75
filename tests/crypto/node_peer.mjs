/**
 * The page's cryptography as a process that Python's tests talk to: one JSON request a line, one answer a line.
 * Ends with its standard input.
 */

import { createInterface } from "node:readline";
import { readAnswer } from "../../offramp/crypto/js/answer.mjs";
import { parcelId, sealData, sealReply } from "../../offramp/crypto/js/answering.mjs";
import { readDescriptor, shardNumber } from "../../offramp/crypto/js/board.mjs";
import { checkCardDate, readCard } from "../../offramp/crypto/js/card.mjs";
import { OfframpError } from "../../offramp/crypto/js/errors.mjs";
import { verifyKeyset } from "../../offramp/crypto/js/keyset.mjs";
import { readContent } from "../../offramp/crypto/js/letter.mjs";
import { Opener } from "../../offramp/crypto/js/opening.mjs";
import { openParcel } from "../../offramp/crypto/js/parcel.mjs";
import { readPhrase, replyKeyOf, threadOf, wordsOf } from "../../offramp/crypto/js/phrase.mjs";
import { openShard } from "../../offramp/crypto/js/reply.mjs";
import { seal } from "../../offramp/crypto/js/sealing.mjs";
import { fromHex } from "../../offramp/crypto/js/bytes.mjs";

const bytes = (text) => Uint8Array.from(Buffer.from(text, "base64"));
const text = (raw) => Buffer.from(raw).toString("base64");
const hexOrNull = (raw) => raw && Buffer.from(raw).toString("hex");

const letterIn = (letter) => ({
  purpose: letter.purpose,
  campaign: letter.campaign,
  keysetId: fromHex(letter.keyset_id),
  thread: letter.thread && fromHex(letter.thread),
  replyKey: letter.reply_key && fromHex(letter.reply_key),
  fields: letter.fields,
  attachments: letter.attachments.map(([name, data]) => ({ name, data: bytes(data) })),
});

const letterOut = (letter) => ({
  purpose: letter.purpose,
  campaign: letter.campaign,
  keyset_id: hexOrNull(letter.keysetId),
  thread: hexOrNull(letter.thread),
  reply_key: hexOrNull(letter.replyKey),
  fields: letter.fields,
  attachments: letter.attachments.map(({ name, data }) => [name, text(data)]),
});

const keysetIn = ({ keyset, root, campaign, now, onion, minimum_sequence: minimumSequence }) =>
  verifyKeyset(bytes(keyset), { root: bytes(root), campaign, now, onion, minimumSequence });

const answerIn = ({ parcels, ...others }) => ({
  ...others,
  parcels: parcels.map(([id, key, name, size]) => ({ id: fromHex(id), key: fromHex(key), name, size })),
});

const answerOut = ({ number, day, text, parcels }) => ({
  number,
  day,
  text,
  parcels: parcels.map(({ id, key, name, size }) => [hexOrNull(id), hexOrNull(key), name, size]),
});

function phraseOut(entropy) {
  const thread = threadOf(entropy);
  return {
    words: wordsOf(entropy),
    reply_key: text(replyKeyOf(entropy)),
    thread: text(thread),
    shard_number: shardNumber(thread),
  };
}

function cardOut({ card, card_key: cardKey, root, campaign, now, limit_days: limitDays }) {
  const { week, nextBy } = readCard(bytes(card), { cardKey: bytes(cardKey), root: bytes(root), campaign });
  checkCardDate({ week, nextBy }, now, limitDays);
  return [week, nextBy];
}

async function shardOut(shard, replyKey) {
  const { answers, malformed } = await openShard(shard, replyKey);
  return { answers: answers.map(answerOut), malformed };
}

const ANSWERS = {
  card: cardOut,
  seal: async ({ letter, ...trust }) => text(await seal(letterIn(letter), keysetIn(trust))),
  open: ({ envelope, x25519, mlkem_seed: mlkemSeed, ...trust }) =>
    letterOut(
      new Opener(keysetIn(trust), { x25519: bytes(x25519), mlkemSeed: bytes(mlkemSeed) }).open(
        bytes(envelope),
      ),
    ),
  read: ({ content }) => letterOut(readContent(bytes(content))),
  verify: (trust) => hexOrNull(keysetIn(trust).id),
  seal_reply: ({ answer: said, reply_key: replyKey }) => text(sealReply(answerIn(said), bytes(replyKey))),
  read_answer: ({ answer: raw }) => answerOut(readAnswer(bytes(raw))),
  open_shard: ({ shard, reply_key: replyKey }) => shardOut(bytes(shard), bytes(replyKey)),
  read_descriptor: ({ board }) => readDescriptor(bytes(board)),
  read_phrase: ({ text: typed }) => phraseOut(readPhrase(typed)),
  open_parcel: async ({ sealed, key, size }) => text(await openParcel(bytes(sealed), { key: bytes(key), size })),
  seal_data: ({ data, key }) => {
    const sealed = sealData(bytes(data), bytes(key));
    return { sealed: text(sealed), id: hexOrNull(parcelId(sealed)) };
  },
};

async function answer({ call, ...request }) {
  try {
    return { result: await ANSWERS[call](request) };
  } catch (error) {
    const { name, count, place, suggestions } = error;
    if (error instanceof OfframpError) return { error: name, count, place, suggestions };
    return { bug: error.stack };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`);
}
