/**
 * Reads the state of a coordinator back from its partition (Kafka's `CoordinatorLoaderImpl`).
 *
 * @module
 */

import type { Clock } from "../../storage/env.ts";
import type { PartitionLog } from "../../storage/log/partition_log.ts";
import { parseControlRecordKey } from "../../storage/record/control_record.ts";
import { batchesIn } from "../../storage/record/memory_records.ts";
import type { CoordinatorSerde, CoordinatorShard } from "./coordinator_shard.ts";

/** For so long the loader keeps others waiting, ms. */
const SLICE_MS = 4;
/** How many records of any kind are read between two looks at the clock. */
const LOOK_INTERVAL = 256;

/** What a load needs. */
export interface LoadOptions<Rec> {
  /** The partition's log. */
  readonly log: PartitionLog;
  /** Tells how long a slice has taken, and lets others have their turn. */
  readonly clock: Clock;
  /** Reads records. */
  readonly serde: CoordinatorSerde<Rec>;
  /** Takes them over. */
  readonly shard: Pick<CoordinatorShard<Rec, never>, "replay" | "replayEndTransaction">;
  /** How much is read at once, bytes. */
  readonly bufferBytes: number;
  /** Whether the load is still wanted. */
  readonly isWanted: () => boolean;
  /** Told of a record of a type that only later versions know. */
  readonly onUnknown: (offset: number) => void;
}

/**
 * Replays a partition from its start to its end, as the end is when it is reached.
 *
 * @returns how many records there were, or `undefined` when the load was not wanted any more
 * @throws {ProtocolError} for a damaged record
 * @throws {StorageError} when the log cannot be read
 */
export async function loadCoordinator<Rec>(
  { log, clock, serde, shard, bufferBytes, isWanted, onUnknown }: LoadOptions<Rec>,
): Promise<number | undefined> {
  let offset = log.logStartOffset;
  let count = 0;
  let seen = 0;
  let sliceEnd = clock.monotonic() + SLICE_MS;
  // Decoded records hold on to none of it.
  let buffer = new Uint8Array(0);
  while (isWanted() && offset < log.logEndOffset) {
    const read = log.read(offset, {
      maxBytes: bufferBytes,
      minOneMessage: true,
      isolation: "log_end",
    });
    if (buffer.length < read.size) buffer = new Uint8Array(read.size);
    const bytes = buffer.subarray(0, read.readInto(buffer, 0));
    const before = offset;
    for (const batch of batchesIn(bytes)) {
      const { producerId, producerEpoch } = batch;
      for (const record of batch.records()) {
        if (record.offset < offset) continue;
        if (batch.isControlBatch) {
          const { type } = parseControlRecordKey(record.key);
          if (type === "COMMIT" || type === "ABORT") {
            shard.replayEndTransaction(producerId, producerEpoch, type === "COMMIT");
          }
        } else if (record.key !== null) {
          count++;
          const decoded = serde.decode(record.key, record.value);
          if (decoded === undefined) onUnknown(record.offset);
          else {
            shard.replay(decoded, {
              offset: record.offset,
              timestamp: record.timestamp,
              producerId: batch.isTransactional ? producerId : -1,
              producerEpoch: batch.isTransactional ? producerEpoch : -1,
            });
          }
        }
        if (++seen % LOOK_INTERVAL === 0 && clock.monotonic() >= sliceEnd) {
          await clock.sleep(0);
          if (!isWanted()) return undefined;
          sliceEnd = clock.monotonic() + SLICE_MS;
        }
      }
      offset = batch.lastOffset + 1;
    }
    // What a compacted log lacks at its end.
    if (offset === before) break;
  }
  return isWanted() ? count : undefined;
}
