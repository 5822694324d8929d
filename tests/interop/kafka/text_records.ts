/**
 * Records of text in a log of ours, in the words of `Consume.java`.
 *
 * @module
 */

import { type ReadIsolation, readRecords } from "../../../storage/embedded/record_reader.ts";
import type { AppendOptions } from "../../../storage/log/append/log_append.ts";
import type { PartitionLog } from "../../../storage/log/partition_log.ts";
import {
  buildBatch,
  type RecordBatchOptions,
} from "../../../storage/record/record_batch_builder.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function text(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : decoder.decode(bytes);
}

/** `offset timestamp key value` of each record that a reader sees, and `end offset`. */
export function textLines(log: PartitionLog, isolation: ReadIsolation = "uncommitted"): string[] {
  const end = isolation === "committed" ? log.lastStableOffset : log.highWatermark;
  const lines: string[] = [];
  if (end > log.logStartOffset) {
    for (const record of readRecords(log, log.logStartOffset, end, isolation)) {
      const { offset, timestamp, key, value } = record;
      lines.push(`${offset} ${timestamp} ${text(key)} ${text(value)}`);
    }
  }
  return [...lines, `end ${end}`];
}

/** A record of text. */
export interface KeyValue {
  readonly key: string | null;
  readonly value: string | null;
  readonly timestamp: number;
}

/** A batch of records of text. */
export function textBatch(
  records: readonly KeyValue[],
  options: RecordBatchOptions = {},
): Uint8Array {
  const bytes = (each: string | null) => each === null ? null : encoder.encode(each);
  return buildBatch(
    records.map(({ key, value, timestamp }) => ({
      key: bytes(key),
      value: bytes(value),
      timestamp,
    })),
    options,
  );
}

/** Appends a batch as the leader of the latest epoch, and lets readers see it. */
export function appendHere(log: PartitionLog, batch: Uint8Array, options?: AppendOptions): void {
  log.appendAsLeader(batch, log.leaderEpochCache.latestEpoch ?? 0, options);
  log.updateHighWatermark(log.logEndOffset);
}
