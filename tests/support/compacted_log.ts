/**
 * Short ways for tests to fill compacted logs and to look at what cleaning has left.
 */

import { Cleaner, type CleanResult } from "../../storage/cleaner/cleaner.ts";
import { logExtent, logToClean } from "../../storage/cleaner/dirty_ratio.ts";
import { BYTES_PER_ENTRY, OffsetMap } from "../../storage/cleaner/offset_map.ts";
import { Throttler } from "../../storage/cleaner/throttler.ts";
import type { Env } from "../../storage/env.ts";
import type { LogAppendInfo } from "../../storage/log/append/log_append_info.ts";
import type { PartitionLog, PartitionLogOptions } from "../../storage/log/partition_log.ts";
import type { AnyRecordBatch } from "../../storage/record/record_batch.ts";
import { buildBatch, type RecordBatchOptions } from "../../storage/record/record_batch_builder.ts";
import { bytesOf, endMarker, openLog, textOf } from "./partition_log.ts";

/** `delete.retention.ms` when nothing else is said. */
export const DAY_MS = 86_400_000;

/** Opens the test log with compaction and small segments. */
export function openCompactedLog(
  env: Env,
  configs: Record<string, string> = {},
  options: Partial<PartitionLogOptions> = {},
): PartitionLog {
  return openLog(env, {
    "cleanup.policy": "compact",
    "internal.segment.bytes": "1024",
    "segment.index.bytes": "1024",
    "segment.ms": "9223372036854775807",
    ...configs,
  }, options);
}

/** A batch of key and value texts; a value of `null` is a tombstone. */
export function keyed(
  records: readonly (readonly [key: string | number | null, value: string | number | null])[],
  options: RecordBatchOptions & { readonly timestamp?: number } = {},
): Uint8Array {
  const { timestamp = 1_700_000_000_000, ...rest } = options;
  return buildBatch(
    records.map(([key, value]) => ({
      key: key === null ? null : bytesOf(String(key)),
      value: value === null ? null : bytesOf(String(value)),
      timestamp,
    })),
    rest,
  );
}

/** Appends one record as a batch of its own. */
export function append(
  log: PartitionLog,
  key: string | number | null,
  value: string | number | null = "value",
  timestamp?: number,
): LogAppendInfo {
  const records = keyed([[key, value]], timestamp === undefined ? {} : { timestamp });
  return log.appendAsLeader(records, 0);
}

/** Appends what a producer with sequences sends: one batch per call, its keys' values being their offsets' order. */
export function producer(
  log: PartitionLog,
  producerId: number,
  options: { readonly transactional?: boolean; readonly epoch?: number } = {},
): (keys: readonly (string | number)[]) => LogAppendInfo {
  let sequence = 0;
  return (keys) => {
    const info = log.appendAsLeader(
      keyed(keys.map((key) => [key, `${key}`]), {
        producerId,
        producerEpoch: options.epoch ?? 0,
        baseSequence: sequence,
        isTransactional: options.transactional ?? false,
      }),
      0,
    );
    sequence += keys.length;
    return info;
  };
}

/** Appends what a transactional producer sends. */
export function transactional(
  log: PartitionLog,
  producerId: number,
): (keys: readonly (string | number)[]) => LogAppendInfo {
  return producer(log, producerId, { transactional: true });
}

/** Ends a producer's transaction. */
export function end(log: PartitionLog, producerId: number, type: "COMMIT" | "ABORT"): void {
  log.appendAsLeader(endMarker(producerId, 0, type), 0, {
    origin: "coordinator",
    transactionVersion: 0,
  });
}

/** Lets the cleaner see everything that was appended: a new active segment, all replicated. */
export function rollAndCommit(log: PartitionLog): void {
  log.roll();
  log.updateHighWatermark(log.logEndOffset);
}

/** A cleaner whose map takes `entries` keys at 100 %. */
export function testCleaner(
  env: Env,
  entries = 100_000,
  options: { ioBufferSize?: number; loadFactor?: number; sliceMs?: number } = {},
): Cleaner {
  return new Cleaner({
    env,
    id: 0,
    offsetMap: new OffsetMap(entries * BYTES_PER_ENTRY, env.random),
    ioBufferSize: options.ioBufferSize ?? 64 * 1024,
    dupBufferLoadFactor: options.loadFactor ?? 0.75,
    throttler: new Throttler(env.clock, Infinity),
    ...(options.sliceMs === undefined ? {} : { sliceMs: options.sliceMs }),
  });
}

/** Cleans from `firstDirtyOffset` up to the active segment. */
export function cleanFrom(
  cleaner: Cleaner,
  log: PartitionLog,
  firstDirtyOffset: number,
  options: { now?: number; signal?: AbortSignal; upTo?: number } = {},
): Promise<CleanResult> {
  const { upTo = log.activeSegment.baseOffset, ...rest } = options;
  return cleaner.clean(logToClean(log, logExtent(log), firstDirtyOffset, upTo), rest);
}

/** Cleans at `now`, and again when the delete horizons of that cleaning have passed. */
export async function cleanTwice(
  cleaner: Cleaner,
  log: PartitionLog,
  firstDirtyOffset: number,
  now: number,
): Promise<number> {
  await cleanFrom(cleaner, log, firstDirtyOffset, { now });
  return (await cleanFrom(cleaner, log, firstDirtyOffset, { now: now + DAY_MS + 1 })).endOffset;
}

/** What `pick` makes of every batch of the log; a batch is only good during the call. */
export function mapBatches<T>(log: PartitionLog, pick: (batch: AnyRecordBatch) => T): T[] {
  const results: T[] = [];
  for (const segment of log.segments.values()) {
    for (const batch of segment.batches()) results.push(pick(batch));
  }
  return results;
}

/** Keys of all records with a key and a value, markers apart. */
export function keysIn(log: PartitionLog): string[] {
  return mapBatches(log, (batch) =>
    batch.isControlBatch ? [] : [...batch.records()]
      .filter((record) => record.hasValue && record.hasKey)
      .map((record) => textOf(record.key)!)).flat();
}

/** `key=value` of all records but markers; `key=null` is a tombstone. */
export function entriesIn(log: PartitionLog): string[] {
  return mapBatches(
    log,
    (batch) =>
      batch.isControlBatch
        ? []
        : [...batch.records()].map((record) => `${textOf(record.key)}=${textOf(record.value)}`),
  )
    .flat();
}

/** Offsets of all records that have a value, markers too. */
export function offsetsIn(log: PartitionLog): number[] {
  return mapBatches(
    log,
    (batch) =>
      [...batch.records()].filter((record) => record.hasValue).map((record) => record.offset),
  ).flat();
}

/** Last offset of each batch. */
export function lastOffsetsIn(log: PartitionLog): number[] {
  return mapBatches(log, (batch) => batch.lastOffset);
}

/** Last sequence by producer id. */
export function lastSequencesIn(log: PartitionLog): Record<number, number> {
  return Object.fromEntries(
    mapBatches(
      log,
      (batch) =>
        batch.isControlBatch || !batch.hasProducerId
          ? []
          : [[batch.producerId, batch.lastSequence] as const],
    ).flat(),
  );
}
