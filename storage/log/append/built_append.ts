/**
 * Appending what the log's own builder has put together: its records are known to be well-formed and its checksum was
 * computed a moment ago, so that neither is looked at again. The rules that a topic sets for its records hold all the same.
 *
 * @module
 */

import { NO_TIMESTAMP, RecordBatch } from "../../record/record_batch.ts";
import type { RecordBatchBuilder } from "../../record/record_batch_builder.ts";
import type { LogState } from "../log_state.ts";
import { appendAsLeader, write } from "./log_append.ts";
import type { LogAppendInfo, MutableLogAppendInfo } from "./log_append_info.ts";

/**
 * Appends, as the leader, the batch of a builder. What is more than plain records in their final form goes the way of a
 * client's batch, and what the topic does not take is refused there, with the reason.
 */
export function appendBuilt(
  state: LogState,
  builder: RecordBatchBuilder,
  leaderEpoch: number,
): LogAppendInfo {
  const bytes = builder.build();
  if (
    leaderEpoch < 0 || bytes.length > state.config.maxMessageSize || !isFinal(state, builder)
  ) return appendAsLeader(state, bytes, leaderEpoch, {});
  const { count, maxTimestamp } = builder;
  const firstOffset = state.offsets.logEndOffset;
  const lastOffset = firstOffset + count - 1;
  const batch = new RecordBatch(bytes);
  batch.setLastOffset(lastOffset);
  batch.setPartitionLeaderEpoch(leaderEpoch);
  const info: MutableLogAppendInfo = {
    firstOffset,
    lastOffset,
    lastLeaderEpoch: leaderEpoch,
    maxTimestamp,
    logAppendTime: NO_TIMESTAMP,
    logStartOffset: state.offsets.logStartOffset,
    sourceCompression: batch.compressionType,
    validBytes: bytes.length,
    lastOffsetOfFirstBatch: lastOffset,
    duplicate: false,
    recordErrors: [],
  };
  return write(state, bytes, { info, batches: [batch], skippedBatches: 0 }, "client", {});
}

/** Whether validation would find nothing to refuse and nothing to change but the offsets. */
function isFinal({ config, env }: LogState, builder: RecordBatchBuilder): boolean {
  const { options, count } = builder;
  const isPlain = options.producerId === undefined && options.timestampType === undefined &&
    options.deleteHorizonMs === undefined && options.maxTimestamp === undefined &&
    options.isControlBatch !== true && options.isTransactional !== true;
  const hasOffsetsInARow = (options.baseOffset ?? 0) === 0 && builder.nextOffset === count;
  if (!isPlain || count === 0 || !hasOffsetsInARow) return false;
  const codec = options.compression?.type ?? "none";
  if ((config.compression()?.type ?? codec) !== codec) return false;
  if (config.messageTimestampType !== "CreateTime") return false;
  if (config.compact && builder.lacksKeys) return false;
  const now = env.clock.now();
  return builder.minTimestamp >= now - config.messageTimestampBeforeMaxMs &&
    builder.minTimestamp >= 0 &&
    builder.maxTimestamp <= now + config.messageTimestampAfterMaxMs;
}
