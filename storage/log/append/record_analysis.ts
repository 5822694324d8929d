/**
 * The first look at what is to be appended: batch headers only, nothing is decompressed.
 *
 * @module
 */

import { CorruptRecordError, InvalidRecordError } from "../../errors.ts";
import { batchAt, batchSizeAt } from "../../record/memory_records.ts";
import {
  type AnyRecordBatch,
  NO_PARTITION_LEADER_EPOCH,
  NO_TIMESTAMP,
} from "../../record/record_batch.ts";
import type { AppendOrigin } from "../producer/append_origin.ts";
import type { MutableLogAppendInfo } from "./log_append_info.ts";
import { UNKNOWN_OFFSET } from "../log_offset_metadata.ts";

/** What the records are checked against. */
export interface AnalysisOptions {
  readonly origin: AppendOrigin;
  /** Epoch of the leader that appends, or that the records were fetched from. */
  readonly leaderEpoch: number;
  /** Largest batch, bytes; `undefined` takes any size. */
  readonly maxMessageSize: number | undefined;
  /** Refuse batches whose offsets do not grow. */
  readonly requireOffsetsMonotonic: boolean;
  /** Compute the checksum of each batch. Off where the validator, which comes next, does it. */
  readonly checkCrc: boolean;
  readonly logStartOffset: number;
  /** For messages: `topic-partition`. */
  readonly topicPartition: string;
}

/** What the first look found. */
export interface AnalyzedRecords {
  readonly info: MutableLogAppendInfo;
  /** The whole, acceptable batches: views on the bytes that were given. */
  readonly batches: AnyRecordBatch[];
  /** Batches left out because a later leader than the one asked wrote them (KAFKA-18723). */
  readonly skippedBatches: number;
}

/**
 * Goes over the batches of an append (Kafka's `analyzeAndValidateRecords`). A batch that is cut off at the end of the bytes is
 * trimmed, it is no fault: fetch responses end that way.
 *
 * @throws {CorruptRecordError} for a size that no batch can have, or a wrong checksum
 * @throws {InvalidRecordError} for a batch that is too large, or out of order
 */
export function analyzeAndValidateRecords(
  records: Uint8Array,
  options: AnalysisOptions,
): AnalyzedRecords {
  const batches: AnyRecordBatch[] = [];
  const { origin, leaderEpoch, maxMessageSize, topicPartition } = options;
  let firstOffset = UNKNOWN_OFFSET;
  let lastOffset = -1;
  let lastLeaderEpoch = NO_PARTITION_LEADER_EPOCH;
  let sourceCompression: MutableLogAppendInfo["sourceCompression"] = "none";
  let maxTimestamp = NO_TIMESTAMP;
  let lastOffsetOfFirstBatch = -1;
  let validBytes = 0;
  let skippedBatches = 0;

  for (let at = 0;;) {
    const size = batchSizeAt(records, at);
    if (size === undefined || size > records.length - at) break;
    const batch = batchAt(records, at);
    at += size;
    checkOrigin(batch, origin, leaderEpoch, topicPartition);
    // Records of a newer leader may reach a follower whose fetch began under the old one. They must wait
    // for a fetch under the new epoch, after the truncation that may precede it.
    if (
      skippedBatches > 0 ||
      (origin === "replication" && batch.partitionLeaderEpoch > leaderEpoch &&
        batch.partitionLeaderEpoch !== NO_PARTITION_LEADER_EPOCH)
    ) {
      skippedBatches++;
      continue;
    }
    const batchLastOffset = batch.lastOffset;
    if (batches.length === 0) {
      if (batch.magic >= 2) firstOffset = batch.baseOffset;
      lastOffsetOfFirstBatch = batchLastOffset;
    }
    if (options.requireOffsetsMonotonic && lastOffset >= batchLastOffset) {
      throw new InvalidRecordError(
        "INVALID_RECORD",
        `Out of order offsets found in append to ${topicPartition}: ` +
          `last offset ${batchLastOffset} of a batch follows ${lastOffset}`,
      );
    }
    lastOffset = batchLastOffset;
    lastLeaderEpoch = batch.partitionLeaderEpoch;
    if (maxMessageSize !== undefined && size > maxMessageSize) {
      throw new InvalidRecordError(
        "MESSAGE_TOO_LARGE",
        `The record batch size in the append to ${topicPartition} is ${size} bytes ` +
          `which exceeds the maximum configured value of ${maxMessageSize}.`,
      );
    }
    if (options.checkCrc && !batch.isValid) {
      throw new CorruptRecordError(
        `Record is corrupt (stored crc = ${batch.checksum}) in topic partition ${topicPartition}.`,
      );
    }
    const timestamp = batch.maxTimestamp;
    if (timestamp > maxTimestamp) maxTimestamp = timestamp;
    if (batch.isCompressed) sourceCompression = batch.compressionType;
    validBytes += size;
    batches.push(batch);
  }
  const info: MutableLogAppendInfo = {
    firstOffset,
    lastOffset,
    lastLeaderEpoch,
    maxTimestamp,
    logAppendTime: NO_TIMESTAMP,
    logStartOffset: options.logStartOffset,
    sourceCompression,
    validBytes,
    lastOffsetOfFirstBatch,
    duplicate: false,
    recordErrors: [],
  };
  return { info, batches, skippedBatches };
}

function checkOrigin(
  batch: AnyRecordBatch,
  origin: AppendOrigin,
  leaderEpoch: number,
  topicPartition: string,
): void {
  if (origin === "raft_leader" && batch.partitionLeaderEpoch !== leaderEpoch) {
    throw new InvalidRecordError(
      "INVALID_RECORD",
      "Append from Raft leader did not set the batch epoch correctly, expected " +
        `${leaderEpoch} but the batch has ${batch.partitionLeaderEpoch}`,
    );
  }
  if (origin === "client" && batch.magic >= 2 && batch.baseOffset !== 0) {
    throw new InvalidRecordError(
      "INVALID_RECORD",
      `The baseOffset of the record batch in the append to ${topicPartition} should be 0, ` +
        `but it is ${batch.baseOffset}`,
    );
  }
}
