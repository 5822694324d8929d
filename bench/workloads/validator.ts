/**
 * Workloads over what a leader does to ready batches before it writes them.
 *
 * @module
 */

import { crc32c } from "../../storage/bytes/crc32c.ts";
import {
  validateMessagesAndAssignOffsets,
  type ValidationInput,
} from "../../storage/log/append/batch_validator.ts";
import { ProducerStateManager } from "../../storage/log/producer/producer_state_manager.ts";
import { silentLogger } from "../../storage/env.ts";
import { MemoryFileSystem } from "../../storage/file/memory_file_system.ts";
import type { CompressionType } from "../../storage/record/record_batch.ts";
import { buildBatch } from "../../storage/record/record_batch_builder.ts";
import { type RecordShape, sampleBytes, type Workload } from "./record.ts";

const now = 1_743_388_057_301;

function batchOf({ records, valueSize }: RecordShape, type: CompressionType): Uint8Array {
  const list = Array.from({ length: records }, (_, i) => ({
    value: sampleBytes(valueSize, i + 1),
    timestamp: now + i,
  }));
  return buildBatch(list, { compression: { type } }).slice();
}

/** Validates one batch in place: checksum, every record, offsets. */
export function validateWorkload(shape: RecordShape, type: CompressionType = "none"): Workload {
  const batch = batchOf(shape, type);
  const input: ValidationInput = {
    records: batch,
    offset: 0,
    now,
    sourceCompressionType: type,
    targetCompression: { type },
    compactedTopic: false,
    timestampType: "CreateTime",
    timestampBeforeMaxMs: Number.MAX_SAFE_INTEGER,
    timestampAfterMaxMs: 3_600_000,
    partitionLeaderEpoch: 3,
    origin: "client",
    topicPartition: "bench-0",
  };
  return {
    bytes: batch.length,
    records: shape.records,
    step: () => validateMessagesAndAssignOffsets(input).nextOffset,
  };
}

/** The checksum alone, which is the least that validation can cost. */
export function checksumWorkload(shape: RecordShape): Workload {
  const batch = batchOf(shape, "none");
  return {
    bytes: batch.length,
    records: shape.records,
    step: () => crc32c(batch, 21, batch.length),
  };
}

/** Notes one batch of an idempotent producer after another. */
export function producerStateWorkload(producers: number): Workload {
  const manager = new ProducerStateManager({
    env: {
      fileSystem: new MemoryFileSystem({ now: () => now }),
      clock: { now: () => now, monotonic: () => 0, sleep: () => Promise.resolve() },
      random: { next: () => 0, bytes: (length) => new Uint8Array(length) },
      logger: silentLogger,
    },
    directory: "/bench",
    topicPartition: { topic: "bench", partition: 0 },
  });
  let offset = 0;
  return {
    bytes: 0,
    records: 1,
    step: () => {
      const producerId = offset % producers;
      const sequence = Math.floor(offset / producers) % 0x8000_0000;
      const info = manager.prepareUpdate(producerId, "client");
      info.appendDataBatch(0, sequence, sequence, now, offset, offset, false);
      manager.update(info);
      manager.updateMapEndOffset(++offset);
      return offset;
    },
  };
}
