/**
 * Whoever waits to hear of a record: a callback, which may keep a promise.
 *
 * @module
 */

import type { RecordMetadata } from "./record_metadata.ts";

/**
 * Called when a record is written, or given up.
 *
 * @param metadata where the record is; null when it is nowhere
 * @param error why; null when it is written
 */
export type SendCallback = (metadata: RecordMetadata | null, error: Error | null) => void;

/** Keeps a promise, or breaks it. */
export function promiseAck(
  resolve: (metadata: RecordMetadata) => void,
  reject: (error: unknown) => void,
): SendCallback {
  return (metadata, error) => error === null ? resolve(metadata!) : reject(error);
}
