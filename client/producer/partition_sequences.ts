/**
 * The sequence numbers of one partition (Kafka's `TxnPartitionEntry`).
 *
 * @module
 */

import { incrementSequence } from "../../storage/record/record_cursor.ts";
import { IllegalProducerStateError } from "./producer_errors.ts";
import type { ProducerBatch } from "./producer_batch.ts";
import { NO_PRODUCER, type ProducerIdAndEpoch } from "./producer_id_and_epoch.ts";
import { precedes } from "./sequence_order.ts";

const NONE = -1;

/** What was numbered, what is on its way, and what has arrived. */
export class PartitionSequences {
  /** Who the numbers belong to. */
  producer: ProducerIdAndEpoch = NO_PRODUCER;
  /** Number of the next record that gets one. */
  next = 0;
  /** Number of the last record that was written; -1 for none. */
  lastAcked: number = NONE;
  /** Offset of the last record that was written; -1 when it is not known. */
  lastAckedOffset: number = NONE;
  /** Batches that have numbers and have not ended, in the order of the numbers. */
  readonly inFlight: ProducerBatch[] = [];
  /** How many batches had numbers, by the time that each of those got its own. */
  readonly #places = new Map<ProducerBatch, number>();
  #added = 0;

  /** How many batches there are from the first on its way to the last that got a number, those among them that have ended as well. */
  get span(): number {
    const first = this.inFlight[0];
    if (first === undefined) return 0;
    return Math.max(this.inFlight.length, 1 + this.#added - this.#places.get(first)!);
  }

  /** The number that must come next at the broker, as far as it has answered. */
  get afterLastAcked(): number {
    return this.lastAcked === NONE ? 0 : incrementSequence(this.lastAcked, 1);
  }

  /** A batch has got its number, or one that was split has left parts. */
  add(batch: ProducerBatch): void {
    const at = this.inFlight.findIndex(({ baseSequence }) =>
      precedes(batch.baseSequence, baseSequence)
    );
    this.inFlight.splice(at < 0 ? this.inFlight.length : at, 0, batch);
    this.#places.set(batch, ++this.#added);
  }

  /** A batch has ended. */
  remove(batch: ProducerBatch): void {
    const at = this.inFlight.indexOf(batch);
    if (at >= 0) this.inFlight.splice(at, 1);
    this.#places.delete(batch);
  }

  /** The records up to a number are written. */
  ack(sequence: number): void {
    if (this.lastAcked === NONE || precedes(this.lastAcked, sequence)) this.lastAcked = sequence;
  }

  /** A record is written at an offset. */
  ackOffset(offset: number): void {
    this.lastAckedOffset = Math.max(this.lastAckedOffset, offset);
  }

  /** Numbers start at 0 again, those of batches on their way among them. */
  startAtBeginning(producer: ProducerIdAndEpoch): void {
    let sequence = 0;
    for (const batch of this.inFlight) {
      batch.resetProducerState(producer, sequence);
      sequence = incrementSequence(sequence, batch.count);
    }
    this.producer = producer;
    this.next = sequence;
    this.lastAcked = NONE;
  }

  /**
   * A batch was refused for good: those after it move up.
   *
   * @throws {IllegalProducerStateError} when a number would fall below 0
   */
  closeGap(failed: ProducerBatch): void {
    const { baseSequence, count, queue } = failed;
    this.next = lowered(this.next, count, `Sequence number for partition ${queue.name}`);
    for (const batch of this.inFlight) {
      if (precedes(batch.baseSequence, baseSequence)) continue;
      const what =
        `Sequence number for batch with sequence ${batch.baseSequence} for partition ${queue.name}`;
      const producer = { producerId: batch.producerId, epoch: batch.producerEpoch };
      batch.resetProducerState(producer, lowered(batch.baseSequence, count, what));
    }
  }
}

function lowered(sequence: number, by: number, what: string): number {
  const result = sequence - by;
  if (result >= 0) return result;
  throw new IllegalProducerStateError(`${what} is going to become negative: ${result}`);
}
