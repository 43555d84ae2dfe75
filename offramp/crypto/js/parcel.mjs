/** Parcels (FORMAT.md, 10): their lengths, and opening them. */

import { xsalsa20poly1305 } from "@noble/ciphers/salsa.js";
import { pause } from "./bytes.mjs";
import { CHUNK_LENGTH, TAG_LENGTH, chunkNonce, smallestClass } from "./envelope.mjs";
import { ParcelDamaged, WrongParcelLength } from "./errors.mjs";
import { PARCEL, labelledHash } from "./hashing.mjs";

/** @param {number} sizeClass @returns {number} the exact length in bytes of every parcel of this class (10.1) */
export const parcelLength = (sizeClass) => sizeClass + TAG_LENGTH * Math.ceil(sizeClass / CHUNK_LENGTH);

/**
 * How many bytes there are to download for a file of this size.
 * @param {number} size in bytes
 * @returns {number}
 * @throws {WrongParcelLength} where no parcel holds so much
 */
export function lengthForSize(size) {
  const sizeClass = smallestClass(size);
  if (!sizeClass) throw new WrongParcelLength();
  return parcelLength(sizeClass);
}

/**
 * Not the parcel key itself, which is thereby no key of SecretBox anywhere (10.2, step 4).
 * @param {Uint8Array} key
 */
export const bodyKeyOf = (key) => labelledHash(PARCEL, new Uint8Array(0), key);

/**
 * The file in a parcel (10.3). Lets the page paint after each chunk.
 * @param {Uint8Array} sealed
 * @param {{ key: Uint8Array, size: number }} parcel as the answer says
 * @param {{ onProgress?: (done: number, total: number) => void }} [options]
 * @returns {Promise<Uint8Array>}
 * @throws {WrongParcelLength | ParcelDamaged}
 */
export async function openParcel(sealed, { key, size }, { onProgress = () => {} } = {}) {
  if (sealed.length !== lengthForSize(size)) throw new WrongParcelLength(); // 10.3, step 1
  const bodyKey = bodyKeyOf(key);
  const padded = new Uint8Array(smallestClass(size));
  const chunkCount = Math.ceil(padded.length / CHUNK_LENGTH);
  for (let index = 0; index < chunkCount; index++) {
    const chunk = openChunk(sealed, bodyKey, index, index === chunkCount - 1); // 10.3, step 2
    padded.set(chunk, index * CHUNK_LENGTH);
    onProgress(index + 1, chunkCount);
    await pause();
  }
  await checkPadding(padded, size); // 10.3, step 3
  return padded.subarray(4, 4 + size);
}

function openChunk(sealed, bodyKey, index, isLast) {
  const start = index * (CHUNK_LENGTH + TAG_LENGTH);
  try {
    const box = xsalsa20poly1305(bodyKey, chunkNonce(index, isLast));
    return box.decrypt(sealed.slice(start, start + CHUNK_LENGTH + TAG_LENGTH));
  } catch {
    throw new ParcelDamaged();
  }
}

async function checkPadding(padded, size) {
  if (new DataView(padded.buffer).getUint32(0) !== size) throw new ParcelDamaged();
  for (let start = 4 + size; start < padded.length; start += CHUNK_LENGTH) {
    if (padded.subarray(start, start + CHUNK_LENGTH).some((byte) => byte !== 0)) throw new ParcelDamaged();
    await pause();
  }
}
