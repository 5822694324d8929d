/**
 * The batches that wait to be sent to one partition.
 *
 * @module
 */

import type { ProducerBatch } from "./producer_batch.ts";
import { precedes } from "./sequence_order.ts";

/** A queue. The last batch takes records; those that are sent again are in front. */
export class PartitionQueue {
  /** The topic. */
  readonly topic: string;
  /** Number of the partition. */
  readonly partition: number;
  /** `topic-partition`: no other partition has this name. */
  readonly name: string;
  /** The batches, the first to be sent first. */
  readonly batches: ProducerBatch[] = [];
  /** Whether a batch is on its way, and none may follow before its answer. */
  isMuted = false;

  /** Starts empty. */
  constructor(topic: string, partition: number) {
    this.topic = topic;
    this.partition = partition;
    this.name = `${topic}-${partition}`;
  }

  /** Whether no batch takes more records. */
  get allFull(): boolean {
    const { batches } = this;
    return batches.length === 0 || batches[batches.length - 1]!.isFull;
  }

  /** Puts a batch that is to be sent again in front. */
  addFirst(batch: ProducerBatch): void {
    this.batches.unshift(batch);
  }

  /** Puts a batch that is to be sent again where its sequence number belongs: others may have come back before it. */
  insertInOrder(batch: ProducerBatch): void {
    const at = this.batches.findIndex((other) =>
      !other.hasSequence || !precedes(other.baseSequence, batch.baseSequence)
    );
    this.batches.splice(at < 0 ? this.batches.length : at, 0, batch);
  }

  /** Takes a batch out, wherever it is. Returns whether it was there. */
  remove(batch: ProducerBatch): boolean {
    const at = this.batches.indexOf(batch);
    if (at >= 0) this.batches.splice(at, 1);
    return at >= 0;
  }
}
