/**
 * What an append did, or would do.
 *
 * @module
 */

import type { RecordError } from "../../errors.ts";
import type { CompressionType } from "../../record/record_batch.ts";
import { UNKNOWN_OFFSET } from "../log_offset_metadata.ts";

/** The answer to an append (Kafka's `LogAppendInfo`). */
export interface LogAppendInfo {
  /** Offset of the first record; -1 when the first batch is of an old format that does not tell it. */
  readonly firstOffset: number;
  /** Offset of the last record. */
  readonly lastOffset: number;
  /** Leader epoch in the last batch, or -1. */
  readonly lastLeaderEpoch: number;
  /** Largest record timestamp, ms since the epoch, or -1. */
  readonly maxTimestamp: number;
  /** When the log stamped the records, with `message.timestamp.type=LogAppendTime`; else -1. */
  readonly logAppendTime: number;
  /** Log start offset at the time of the append. */
  readonly logStartOffset: number;
  /** Compression of the last compressed batch as it came in. */
  readonly sourceCompression: CompressionType;
  /** Bytes at the front of the request that were whole, valid batches. */
  readonly validBytes: number;
  /** Last offset of the first batch. */
  readonly lastOffsetOfFirstBatch: number;
  /** The batch was in the log already: the offsets are those it got then, and nothing was written. */
  readonly duplicate: boolean;
  /** Faults of single records; empty for an append that went through. */
  readonly recordErrors: readonly RecordError[];
}

/** An answer in the making. */
export type MutableLogAppendInfo = {
  -readonly [Field in keyof LogAppendInfo]: LogAppendInfo[Field];
};

/** The first offset, or for the old formats the nearest that is known without decompressing. */
export function firstOrLastOffsetOfFirstBatch(info: LogAppendInfo): number {
  return info.firstOffset !== UNKNOWN_OFFSET ? info.firstOffset : info.lastOffsetOfFirstBatch;
}
