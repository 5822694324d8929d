/**
 * What waits until records are committed (Kafka's `DeferredEventQueue`).
 *
 * @module
 */

import type { CoordinatorAnswer, Output } from "./coordinator_shard.ts";

/** What an operation has put out: good once everything before an offset is committed. */
interface DeferredEvent<Rec, Effect> {
  readonly endOffset: number;
  readonly deadline: number;
  readonly out: Output<Rec, Effect>;
}

/** Outputs of the operations on a partition, in their order. Those that wait too long are refused, but what has to be done is done all the same. */
export class DeferredEventQueue<Rec, Effect> {
  #events: DeferredEvent<Rec, Effect>[] = [];
  /** Taking from the front of an array costs as much as the array is long. */
  #first = 0;
  /** Those before, whose answers were refused, and whose effects are yet to be had. */
  readonly #refused: DeferredEvent<Rec, Effect>[] = [];

  /** Whether nothing waits. */
  get isEmpty(): boolean {
    return this.#next === undefined && this.#refused.length === 0;
  }

  /** The next time at which somebody has waited too long, ms; `undefined` when nobody is to be answered. */
  get deadline(): number | undefined {
    return this.#next?.deadline;
  }

  /** Adds an output. Its offset is not below those of the outputs before, and it does not wait less long than they do. */
  add(endOffset: number, deadline: number, out: Output<Rec, Effect>): void {
    const before = this.#events.at(-1)?.deadline ?? deadline;
    this.#events.push({ endOffset, deadline: Math.max(deadline, before), out });
  }

  /** Takes the first output when everything before its offset is committed. */
  takeCommitted(highWatermark: number): Output<Rec, Effect> | undefined {
    const event = this.#refused[0] ?? this.#next;
    if (event === undefined || event.endOffset > highWatermark) return undefined;
    if (this.#refused.length > 0) this.#refused.shift();
    else this.#takeNext();
    return event.out;
  }

  /**
   * Takes the answers that have waited too long. Their records may be committed yet: then their effects are had, and not before, because another
   * broker may lead the partition without those records.
   */
  takeExpired(now: number): CoordinatorAnswer[] {
    const expired: CoordinatorAnswer[] = [];
    for (let event; (event = this.#next) !== undefined && event.deadline <= now;) {
      this.#takeNext();
      expired.push(...event.out.answers.splice(0));
      if (event.out.effects.length > 0) this.#refused.push(event);
    }
    return expired;
  }

  /** Takes all answers; nothing waits any more. */
  takeAll(): CoordinatorAnswer[] {
    const answers = this.#events.slice(this.#first).flatMap(({ out }) => out.answers);
    this.#events = [];
    this.#first = 0;
    this.#refused.length = 0;
    return answers;
  }

  get #next(): DeferredEvent<Rec, Effect> | undefined {
    return this.#events[this.#first];
  }

  #takeNext(): void {
    this.#first++;
    if (this.#first * 2 < this.#events.length) return;
    this.#events = this.#events.slice(this.#first);
    this.#first = 0;
  }
}
