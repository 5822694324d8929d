/**
 * From committed batches to the image: records that are marked as belonging together are held back until all of them are there.
 *
 * @module
 */

import type { OffsetAndEpoch } from "../raft/offset_and_epoch.ts";
import type { CommittedBatch } from "../raft/raft_listener.ts";
import type { MetadataDelta } from "./metadata_delta.ts";
import { MetadataImage } from "./metadata_image.ts";
import { decodeMetadataRecord, type MetadataRecord } from "./metadata_records.ts";

/** The image of what is committed (KIP-868 tells of the transactions in it). */
export class MetadataReplay {
  #image = new MetadataImage();
  /** The records of a transaction that has not ended. */
  #held: MetadataRecord[] | undefined;

  /** The image. */
  get image(): MetadataImage {
    return this.#image;
  }

  /** Whether a transaction has begun and not ended: the image lags behind its offset then. */
  get isInTransaction(): boolean {
    return this.#held !== undefined;
  }

  /**
   * Takes a batch over.
   *
   * @param delta notes what changes
   * @returns the records that took effect
   */
  batch(batch: CommittedBatch, delta: MetadataDelta): readonly MetadataRecord[] {
    const effective: MetadataRecord[] = [];
    for (const bytes of batch.records) this.#record(decodeMetadataRecord(bytes), delta, effective);
    this.#image.offset = batch.lastOffset;
    this.#image.epoch = batch.epoch;
    return effective;
  }

  /** Begins anew with a snapshot. */
  snapshot(records: Iterable<Uint8Array>, { offset, epoch }: OffsetAndEpoch): void {
    this.#image = new MetadataImage();
    this.#held = undefined;
    for (const bytes of records) this.#record(decodeMetadataRecord(bytes), undefined, []);
    this.#image.offset = offset - 1;
    this.#image.epoch = epoch;
  }

  #record(
    record: MetadataRecord,
    delta: MetadataDelta | undefined,
    effective: MetadataRecord[],
  ): void {
    switch (record.type) {
      case "BeginTransactionRecord":
        this.#held = [];
        return;
      case "AbortTransactionRecord":
        this.#held = undefined;
        return;
      case "EndTransactionRecord": {
        const held = this.#held ?? [];
        this.#held = undefined;
        for (const each of held) this.#record(each, delta, effective);
        return;
      }
      default:
        if (this.#held !== undefined) {
          this.#held.push(record);
          return;
        }
        this.#image.replay(record, delta);
        effective.push(record);
    }
  }
}
