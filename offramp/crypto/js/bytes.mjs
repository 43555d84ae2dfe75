/** Bytes, hexadecimal, UTF-8, randomness, and letting the page paint: what the other modules stand on. */

import { NoRandomness } from "./errors.mjs";

/**
 * @param {...Uint8Array} parts
 * @returns {Uint8Array}
 */
export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/**
 * Not in constant time: for what is public.
 * @param {Uint8Array} a
 * @param {Uint8Array} b
 */
export const equal = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);

/** @param {Uint8Array} bytes */
export const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/**
 * @param {string} digits an even number of hexadecimal digits, which the caller has checked
 * @returns {Uint8Array}
 */
export const fromHex = (digits) => Uint8Array.from(digits.match(/../g) || [], (pair) => parseInt(pair, 16));

/** @param {number} number @returns {Uint8Array} four bytes, big-endian */
export const u32 = (number) => Uint8Array.of(number >>> 24, number >>> 16, number >>> 8, number);

const encoder = /* @__PURE__ */ new TextEncoder();

/** @param {string} text @returns {Uint8Array} */
export const toUtf8 = (text) => encoder.encode(text);

/**
 * From the browser's generator, or not at all.
 * @param {number} length
 * @returns {Uint8Array}
 * @throws {NoRandomness}
 */
export function randomBytes(length) {
  try {
    return crypto.getRandomValues(new Uint8Array(length));
  } catch {
    throw new NoRandomness();
  }
}

/**
 * Comes back after the page had a chance to paint and to react.
 * A message, because timers wait for a second in a tab that is not in front.
 * @returns {Promise<void>}
 */
export const pause = () =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
