/**
 * Walks over the records of a log, batch by batch, through one buffer.
 *
 * @module
 */

import { CorruptRecordError } from "../errors.ts";
import type { AbortedTransaction } from "../log/fetch_data.ts";
import type { PartitionLog } from "../log/partition_log.ts";
import { batchesIn } from "../record/memory_records.ts";
import type { AnyRecordBatch } from "../record/record_batch.ts";
import type { Record } from "../record/record.ts";
import { parseControlRecordKey } from "../record/control_record.ts";

/** Which records a reader sees: those of decided, not aborted transactions, or all. */
export type ReadIsolation = "committed" | "uncommitted";

/** Bytes fetched at a time; a larger batch is fetched whole. */
const FETCH_BYTES = 256 * 1024;

/** The offset up to which a reader can see now, exclusive. */
export function readableEnd(log: PartitionLog, isolation: ReadIsolation): number {
  return isolation === "committed" ? log.lastStableOffset : log.highWatermark;
}

/**
 * The records in `[from, end)`, without control records. A record is a view that is good until the next one is asked for.
 *
 * @throws {OffsetOutOfRangeError} when `from` is not in the log, or is deleted from it before it is read
 */
export function* readRecords(
  log: PartitionLog,
  from: number,
  end: number,
  isolation: ReadIsolation,
): Generator<Record, void> {
  let buffer = new Uint8Array(0);
  let next = from;
  do {
    const data = log.read(next, {
      maxBytes: FETCH_BYTES,
      isolation: isolation === "committed" ? "txn_committed" : "high_watermark",
    });
    if (data.size === 0) return;
    if (data.size > buffer.length) buffer = new Uint8Array(data.size);
    const length = data.readInto(buffer, 0);
    const aborted = new AbortedFilter(data.abortedTransactions ?? []);
    const start = next;
    for (const batch of batchesIn(buffer, 0, length)) {
      const behind = batch.nextOffset;
      if (behind <= next) continue;
      if (!batch.isControlBatch && !aborted.hides(batch)) {
        for (const record of batch.records()) {
          if (record.offset < next) continue;
          if (record.offset >= end) return;
          yield record;
        }
      } else if (batch.isControlBatch) {
        aborted.passMarker(batch);
      }
      next = behind;
    }
    if (next === start) {
      throw new CorruptRecordError(
        `No whole batch in ${length} bytes read at offset ${start} of ${log.directory}`,
      );
    }
  } while (next < end);
}

/** Follows, from batch to batch, which producers have an aborted transaction open there (Kafka's consumer does the same). */
class AbortedFilter {
  readonly #upcoming: readonly AbortedTransaction[];
  readonly #open = new Set<number>();
  #at = 0;

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#upcoming = aborted.length < 2
      ? aborted
      : [...aborted].sort((a, b) => a.firstOffset - b.firstOffset);
  }

  #advance(batch: AnyRecordBatch): void {
    while (
      this.#at < this.#upcoming.length &&
      this.#upcoming[this.#at]!.firstOffset <= batch.lastOffset
    ) {
      this.#open.add(this.#upcoming[this.#at++]!.producerId);
    }
  }

  hides(batch: AnyRecordBatch): boolean {
    if (this.#upcoming.length === 0) return false;
    this.#advance(batch);
    return batch.isTransactional && this.#open.has(batch.producerId);
  }

  passMarker(batch: AnyRecordBatch): void {
    if (this.#upcoming.length === 0) return;
    this.#advance(batch);
    for (const record of batch.records()) {
      const { key } = record;
      if (key !== null && parseControlRecordKey(key).type === "ABORT") {
        this.#open.delete(batch.producerId);
      }
    }
  }
}
