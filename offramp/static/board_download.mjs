// One whole shard of the board: the same bytes for everybody whose thread falls into it (FORMAT 9).

import { SHARD_LENGTH, readDescriptor, shardNumber, shardOf } from "../crypto/js/board.mjs";
import { download } from "./download.mjs";
import { Refused } from "./problems.mjs";

// Room for a descriptor of a later version, which this page then refuses by its version.
const DESCRIPTOR_MOST = 1024;

/**
 * The shard with the thread's answers, whether or not there are any; onProgress(done, total) is in bytes.
 * Raises an error of download() or of readDescriptor().
 */
export async function downloadShard(thread, { signal, onProgress }) {
  try {
    return await downloadOnce(thread, { signal, onProgress });
  } catch (error) {
    // The board was built anew between the two requests, and this build is gone: ask once more what there is.
    if (!isGone(error)) throw error;
    return downloadOnce(thread, { signal, onProgress });
  }
}

async function downloadOnce(thread, { signal, onProgress }) {
  const descriptor = readDescriptor(await download("/board", { most: DESCRIPTOR_MOST, signal }));
  const path = `/board/${descriptor.build}/${shardOf(descriptor, shardNumber(thread))}`;
  return download(path, {
    most: SHARD_LENGTH,
    signal,
    onProgress: (done) => onProgress(done, SHARD_LENGTH),
  });
}

const isGone = (error) => error instanceof Refused && error.status === 404;
