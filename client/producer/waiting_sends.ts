/**
 * Records that cannot go into a batch yet, because their topic is not known or memory is used up. In Java a send blocks meanwhile; here it
 * waits in line, so that records of a topic keep their order.
 *
 * @module
 */

import type { FlushBarrier } from "./flush_barrier.ts";
import type { ProducerBatch } from "./producer_batch.ts";
import type { ProducerRecord } from "./producer_record.ts";
import type { SendCallback } from "./record_ack.ts";

/** What a record waits for. */
export type WaitReason = "metadata" | "memory";

/** A record's bytes and partition, once they are known. */
export interface PreparedRecord {
  /** Bytes of the key; null for none. */
  readonly key: Uint8Array | null;
  /** Bytes of the value; null for none. */
  readonly value: Uint8Array | null;
  /** The partition; -1 for any. */
  readonly partition: number;
  /** Ms since the epoch. */
  readonly timestamp: number;
}

/** A record that waits. */
export interface WaitingSend<K, V> {
  /** The record. */
  readonly record: ProducerRecord<K, V>;
  /** Who waits for it. */
  readonly ack: SendCallback;
  /** When it has waited too long, on the monotonic clock, ms. */
  readonly deadlineMs: number;
  /** Whose abort gives it up. */
  readonly signal: AbortSignal | undefined;
  /** How much was known of the cluster when it came. */
  readonly metadataVersion: number;
  /** What it waits for. */
  reason: WaitReason;
  /** Its bytes; `undefined` while its topic is not known. */
  prepared: PreparedRecord | undefined;
}

interface Entry<K, V> {
  readonly send: WaitingSend<K, V>;
  /** Place in the line of all topics. */
  readonly order: number;
  barriers: FlushBarrier[] | undefined;
}

/** Those who wait for one topic. Whoever leaves is left behind, and cleared away with many others: the line may be long. */
class Line<K, V> {
  #entries: (Entry<K, V> | undefined)[] = [];
  #first = 0;

  /** Who is next; `undefined` for nobody. */
  get front(): Entry<K, V> | undefined {
    return this.#entries[this.#first];
  }

  push(entry: Entry<K, V>): void {
    this.#entries.push(entry);
  }

  /** The one in front has left. */
  shift(): void {
    this.#entries[this.#first++] = undefined;
    if (this.#first < 64 || this.#first * 2 < this.#entries.length) return;
    this.#entries = this.#entries.slice(this.#first);
    this.#first = 0;
  }

  *[Symbol.iterator](): IterableIterator<Entry<K, V>> {
    for (let i = this.#first; i < this.#entries.length; i++) yield this.#entries[i]!;
  }
}

/** What the line is served by. */
export interface WaitingSendsOptions<K, V> {
  /**
   * Tries to get a record into a batch.
   *
   * @returns the batch, what it still waits for, or `undefined` when it was refused
   */
  readonly attempt: (send: WaitingSend<K, V>) => ProducerBatch | WaitReason | undefined;
  /** Gives a record up that has waited too long. */
  readonly timedOut: (send: WaitingSend<K, V>) => void;
  /** Gives a record up. */
  readonly refuse: (send: WaitingSend<K, V>, error: Error) => void;
}

/** One line a topic. */
export class WaitingSendLines<K, V> {
  readonly #options: WaitingSendsOptions<K, V>;
  readonly #lines = new Map<string, Line<K, V>>();
  #size = 0;
  #order = 0;
  #wantMemory = false;
  #isRetrying = false;
  #idle: PromiseWithResolvers<void> | undefined;

  /** Starts empty. */
  constructor(options: WaitingSendsOptions<K, V>) {
    this.#options = options;
  }

  /** How many wait. */
  get size(): number {
    return this.#size;
  }

  /** Whether one of those at the front waits for memory. */
  get wantMemory(): boolean {
    return this.#wantMemory;
  }

  /** When the first has waited too long; infinite for never. */
  get nextDeadlineMs(): number {
    let next = Infinity;
    for (const { front } of this.#lines.values()) next = Math.min(next, front!.send.deadlineMs);
    return next;
  }

  /** Whether records of a topic wait, so that those that come now must as well. */
  has(topic: string): boolean {
    return this.#lines.has(topic);
  }

  /** Puts a record at the end of its topic's line. */
  add(send: WaitingSend<K, V>): void {
    const { topic } = send.record;
    let line = this.#lines.get(topic);
    if (line === undefined) this.#lines.set(topic, line = new Line());
    line.push({ send, order: this.#order++, barriers: undefined });
    this.#size++;
    if (send.reason === "memory") this.#wantMemory = true;
  }

  /** Tries again, the first to come first, and gives up those that have waited too long. */
  retry(now: number): void {
    // A callback may send, and wake whoever calls this.
    if (this.#isRetrying) return;
    this.#isRetrying = true;
    try {
      this.#retry(now);
    } finally {
      this.#isRetrying = false;
    }
  }

  #retry(now: number): void {
    const fronts = [...this.#lines.keys()];
    const orderOf = (topic: string) => this.#lines.get(topic)!.front!.order;
    fronts.sort((a, b) => orderOf(a) - orderOf(b));
    this.#wantMemory = false;
    for (const topic of fronts) {
      const line = this.#lines.get(topic)!;
      for (let entry; (entry = line.front) !== undefined; line.shift()) {
        const { send } = entry;
        // Memory goes to those who came first.
        const outcome: ProducerBatch | WaitReason | undefined = this.#wantMemory
          ? send.reason
          : this.#options.attempt(send);
        if (outcome === "metadata" || outcome === "memory") {
          send.reason = outcome;
          if (send.deadlineMs > now) {
            this.#wantMemory ||= outcome === "memory";
            break;
          }
          this.#options.timedOut(send);
        }
        this.#leave(entry, typeof outcome === "object" ? outcome : undefined);
      }
      if (line.front === undefined) this.#lines.delete(topic);
    }
  }

  /** Gives up all. */
  abort(error: Error): void {
    for (const [topic, line] of [...this.#lines]) {
      this.#lines.delete(topic);
      for (const entry of line) {
        this.#options.refuse(entry.send, error);
        this.#leave(entry, undefined);
      }
    }
    this.#wantMemory = false;
  }

  /** Has a flush wait for all that wait now, and then for the batches that they get into. */
  addBarrier(barrier: FlushBarrier): void {
    for (const line of this.#lines.values()) {
      for (const entry of line) {
        barrier.add();
        (entry.barriers ??= []).push(barrier);
      }
    }
  }

  /** Resolves when none waits any more. */
  async whenIdle(): Promise<void> {
    while (this.#size > 0) {
      this.#idle ??= Promise.withResolvers();
      await this.#idle.promise;
    }
  }

  #leave({ barriers }: Entry<K, V>, batch: ProducerBatch | undefined): void {
    this.#size--;
    for (const barrier of barriers ?? []) {
      batch?.addBarrier(barrier);
      barrier.remove();
    }
    if (this.#size > 0) return;
    this.#idle?.resolve();
    this.#idle = undefined;
  }
}
