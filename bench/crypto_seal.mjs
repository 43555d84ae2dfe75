/** Seals one text in a fresh process, as a fresh page does. Takes a keyset as JSON on its input, prints milliseconds. */

import { readFileSync } from "node:fs";
import { verifyKeyset } from "../offramp/crypto/js/keyset.mjs";
import { seal } from "../offramp/crypto/js/sealing.mjs";

const said = JSON.parse(readFileSync(0, "utf8"));
const bytes = (text) => Uint8Array.from(Buffer.from(text, "base64"));

async function timed(work) {
  const start = performance.now();
  const result = await work();
  return { result, ms: performance.now() - start };
}

const verified = await timed(() => verifyKeyset(bytes(said.keyset), { ...said, root: bytes(said.root) }));
const keyset = verified.result;
const letterWith = (attachments) => ({
  purpose: "help",
  campaign: keyset.campaign,
  keysetId: keyset.id,
  thread: null,
  replyKey: null,
  fields: [["text", "I would like to leave, and need advice. ".repeat(50)]],
  attachments,
});
const first = await timed(() => seal(letterWith([]), keyset));
const second = await timed(() => seal(letterWith([]), keyset));
const file = { name: "file", data: new Uint8Array(1_000_000) };
const megabyte = await timed(() => seal(letterWith([file]), keyset));

console.log(
  JSON.stringify({ verify: verified.ms, first: first.ms, second: second.ms, megabyte: megabyte.ms }),
);
