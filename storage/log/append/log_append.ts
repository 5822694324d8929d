/**
 * Appending: check, assign offsets, roll when the segment is full, write once, then take the offsets and the producers'
 * state forward. Whatever is refused is refused before the write, and a write that fails leaves the log as it was.
 *
 * @module
 */

import { InvalidRecordError } from "../../errors.ts";
import type { AnyRecordBatch } from "../../record/record_batch.ts";
import type { Segment } from "../../segment/segment.ts";
import type { AppendOrigin } from "../producer/append_origin.ts";
import { validateMessagesAndAssignOffsets } from "./batch_validator.ts";
import {
  firstOrLastOffsetOfFirstBatch,
  type LogAppendInfo,
  type MutableLogAppendInfo,
} from "./log_append_info.ts";
import { flushLogSync } from "../log_flush.ts";
import { UNKNOWN_OFFSET } from "../log_offset_metadata.ts";
import { rollLog } from "../log_roll.ts";
import { type LogState, writeLogLine } from "../log_state.ts";
import { checkProducers } from "./producer_check.ts";
import { analyzeAndValidateRecords, type AnalyzedRecords } from "./record_analysis.ts";
import { UnexpectedAppendOffsetError } from "./unexpected_append_offset_error.ts";
import { VerificationGuard } from "../producer/verification_state_entry.ts";

/** How a leader appends. */
export interface AppendOptions {
  /** Who sends the records. Default: `"client"`. */
  readonly origin?: AppendOrigin;
  /** Shows that the coordinator knows of the transaction (KIP-890). Default: not verified. */
  readonly verificationGuard?: VerificationGuard;
  /** Version of the transaction protocol that wrote a marker; -1 when that is not known (KIP-1228). */
  readonly transactionVersion?: number;
}

/** Appends as the leader: the log assigns offsets, leader epoch and, with LogAppendTime, the timestamps. */
export function appendAsLeader(
  state: LogState,
  records: Uint8Array,
  leaderEpoch: number,
  options: AppendOptions,
): LogAppendInfo {
  const origin = options.origin ?? "client";
  // The leader of a KRaft quorum has assigned offsets and epochs itself.
  const assignsOffsets = origin !== "raft_leader";
  const { config } = state;
  const analyzed = analyzeAndValidateRecords(records, {
    origin,
    leaderEpoch,
    maxMessageSize: config.maxMessageSize,
    requireOffsetsMonotonic: !assignsOffsets,
    checkCrc: !assignsOffsets,
    logStartOffset: state.offsets.logStartOffset,
    topicPartition: state.name,
  });
  const { info } = analyzed;
  if (info.validBytes <= 0) return info;
  if (!assignsOffsets) {
    checkNotBelowLogEnd(state, analyzed);
    return write(state, trimmed(records, info), analyzed, origin, options);
  }
  const validated = validateMessagesAndAssignOffsets({
    records: trimmed(records, info),
    topicPartition: state.name,
    offset: state.offsets.logEndOffset,
    now: state.env.clock.now(),
    sourceCompressionType: info.sourceCompression,
    targetCompression: config.compression() ?? { type: info.sourceCompression },
    compactedTopic: config.compact,
    timestampType: config.messageTimestampType,
    timestampBeforeMaxMs: config.messageTimestampBeforeMaxMs,
    timestampAfterMaxMs: config.messageTimestampAfterMaxMs,
    partitionLeaderEpoch: leaderEpoch,
    origin,
  });
  info.firstOffset = state.offsets.logEndOffset;
  info.lastOffset = validated.nextOffset - 1;
  info.maxTimestamp = validated.maxTimestamp;
  info.lastLeaderEpoch = leaderEpoch;
  if (config.messageTimestampType === "LogAppendTime") info.logAppendTime = validated.maxTimestamp;
  if (!validated.messageSizeMaybeChanged) {
    return write(state, validated.records, analyzed, origin, options);
  }
  const rewritten = analyzeAndValidateRecords(validated.records, {
    origin: "replication",
    leaderEpoch,
    maxMessageSize: config.maxMessageSize,
    requireOffsetsMonotonic: false,
    checkCrc: false,
    logStartOffset: info.logStartOffset,
    topicPartition: state.name,
  });
  return write(
    state,
    validated.records,
    { info, batches: rewritten.batches, skippedBatches: 0 },
    origin,
    options,
  );
}

/** Appends as a follower: offsets and epochs are the leader's. Gaps are fine, going back is not. */
export function appendAsFollower(
  state: LogState,
  records: Uint8Array,
  leaderEpoch: number,
): LogAppendInfo {
  const analyzed = analyzeAndValidateRecords(records, {
    origin: "replication",
    leaderEpoch,
    maxMessageSize: undefined,
    requireOffsetsMonotonic: true,
    checkCrc: true,
    logStartOffset: state.offsets.logStartOffset,
    topicPartition: state.name,
  });
  if (analyzed.skippedBatches > 0) {
    writeLogLine(state, "info", "Skipped batches of a later leader epoch", {
      batches: analyzed.skippedBatches,
      leaderEpoch,
    });
  }
  if (analyzed.info.validBytes <= 0) return analyzed.info;
  checkNotBelowLogEnd(state, analyzed);
  return write(state, trimmed(records, analyzed.info), analyzed, "replication", {});
}

function trimmed(records: Uint8Array, info: LogAppendInfo): Uint8Array {
  return info.validBytes === records.length ? records : records.subarray(0, info.validBytes);
}

function checkNotBelowLogEnd(state: LogState, { info, batches }: AnalyzedRecords): void {
  const { logEndOffset, logStartOffset } = state.offsets;
  const first = firstOrLastOffsetOfFirstBatch(info);
  if (first >= logEndOffset) return;
  const known = info.firstOffset !== UNKNOWN_OFFSET;
  throw new UnexpectedAppendOffsetError(
    `Unexpected offset in append to ${state.name}. ` +
      `${known ? "First offset" : "Last offset of the first batch"} ${first} is less than the ` +
      `next offset ${logEndOffset}. First 10 offsets in append: ${firstOffsets(batches, 10)}, ` +
      `last offset in append: ${info.lastOffset}. Log start offset = ${logStartOffset}`,
    known ? info.firstOffset : batches[0]!.baseOffset,
    info.lastOffset,
  );
}

function firstOffsets(batches: readonly AnyRecordBatch[], limit: number): string {
  const offsets: number[] = [];
  for (const batch of batches) {
    for (const record of batch.records()) {
      offsets.push(record.offset);
      if (offsets.length === limit) return offsets.join(", ");
    }
  }
  return offsets.join(", ");
}

/** The part that all ways of appending share: `records` are final. */
export function write(
  state: LogState,
  records: Uint8Array,
  { info, batches }: AnalyzedRecords,
  origin: AppendOrigin,
  options: AppendOptions,
): LogAppendInfo {
  const { config, offsets, producers } = state;
  assignEpochs(state, batches);
  if (records.length > config.segmentSize) {
    throw new InvalidRecordError(
      "RECORD_LIST_TOO_LARGE",
      `Message batch size is ${records.length} bytes in append to partition ${state.name}, which exceeds the maximum configured segment size of ${config.segmentSize}.`,
    );
  }
  const segment = maybeRoll(state, records.length, info);
  const checked = checkProducers(
    producers,
    state.segments,
    batches,
    origin,
    options.verificationGuard ?? VerificationGuard.SENTINEL,
    options.transactionVersion ?? -1,
  );
  if (checked !== undefined && checked.duplicate !== undefined) {
    info.firstOffset = checked.duplicate.firstOffset;
    info.lastOffset = checked.duplicate.lastOffset;
    info.logAppendTime = checked.duplicate.timestamp;
    info.duplicate = true;
    // The flush after the first append may have failed: the answer to this one must not say more than is true.
    if (offsets.logEndOffset - offsets.recoveryPoint >= config.flushInterval) flushLogSync(state);
    return info;
  }
  state.written = true;
  state.identity.ensureIdDurable();
  segment.append(info.lastOffset, records);
  // The end moves right after the write: the transaction index below may yet fail, and the
  // offsets of later appends must grow all the same. Then the last stable offset stays where it is
  // until the log is recovered.
  const logEndOffset = info.lastOffset + 1;
  offsets.updateLogEndOffset({
    messageOffset: logEndOffset,
    segmentBaseOffset: segment.baseOffset,
    relativePositionInSegment: segment.size,
  });
  offsets.updateHighWatermarkWithLogEndOffset();
  if (checked !== undefined) {
    for (const update of checked.updates.values()) producers.update(update);
    for (const completed of checked.completed) {
      segment.updateTxnIndex(completed, producers.lastStableOffset(completed));
      producers.completeTxn(completed);
    }
  }
  producers.updateMapEndOffset(logEndOffset);
  offsets.maybeIncrementFirstUnstableOffset();
  if (logEndOffset - offsets.recoveryPoint >= config.flushInterval) flushLogSync(state);
  return info;
}

/** Notes with which offset each leader epoch begins. */
function assignEpochs(state: LogState, batches: readonly AnyRecordBatch[]): void {
  for (const batch of batches) {
    if (batch.magic >= 2 && batch.partitionLeaderEpoch < 0) {
      throw new InvalidRecordError(
        "INVALID_RECORD",
        `Batch at offset ${batch.baseOffset} in append to ${state.name} has an invalid partition leader epoch: ${batch.partitionLeaderEpoch}`,
      );
    }
  }
  for (const batch of batches) {
    if (batch.magic >= 2) {
      state.leaderEpochs.assign(batch.partitionLeaderEpoch, batch.baseOffset);
    } else if (state.leaderEpochs.latestEntry !== undefined) {
      // Batches of an old format carry no epoch: what is known would mislead a truncation by epoch.
      writeLogLine(state, "warn", "Cleared the leader epochs after an append of an old format", {
        magic: batch.magic,
      });
      state.leaderEpochs.clearAndFlush();
    }
  }
}

/** The segment that takes `size` more bytes: the active one, or a new one after a roll. */
function maybeRoll(state: LogState, size: number, info: MutableLogAppendInfo): Segment {
  const { config } = state;
  const active = state.segments.activeSegment;
  const shouldRoll = active.shouldRoll({
    maxSegmentMs: config.maxSegmentMs,
    maxSegmentBytes: config.segmentSize,
    maxTimestampInMessages: info.maxTimestamp,
    maxOffsetInMessages: info.lastOffset,
    messagesSize: size,
    now: state.env.clock.now(),
  });
  if (!shouldRoll) return active;
  // An old-format batch does not tell its first offset. No batch spans more than 2^31 offsets, so this is
  // a lower bound, and a segment that starts there can hold all of them.
  const expectedNextOffset = info.firstOffset === UNKNOWN_OFFSET
    ? info.lastOffset - 0x7fff_ffff
    : info.firstOffset;
  return rollLog(state, expectedNextOffset);
}
