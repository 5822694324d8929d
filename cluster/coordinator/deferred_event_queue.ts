/**
 * What waits until records are committed (Kafka's `DeferredEventQueue`).
 *
 * @module
 */

import type { CoordinatorAnswer, Output } from "./coordinator_shard.ts";

/** What an operation has put out: good once everything before an offset is committed. */
interface DeferredEvent<Rec, Effect> {
  readonly endOffset: number;
  deadline: number;
  readonly out: Output<Rec, Effect>;
}

/** Outputs of the operations on a partition, in their order. Those that wait too long are refused, but what has to be done is done all the same. */
export class DeferredEventQueue<Rec, Effect> {
  #events: DeferredEvent<Rec, Effect>[] = [];
  /** Taking from the front of an array costs as much as the array is long. */
  #first = 0;

  /** Whether nothing waits. */
  get isEmpty(): boolean {
    return this.#first === this.#events.length;
  }

  /** The next time at which somebody has waited too long, ms; `undefined` when nobody is to be answered. */
  get deadline(): number | undefined {
    for (let i = this.#first; i < this.#events.length; i++) {
      const { deadline } = this.#events[i]!;
      if (deadline !== Infinity) return deadline;
    }
    return undefined;
  }

  /** Adds an output; its offset is not below those of the outputs before. */
  add(endOffset: number, deadline: number, out: Output<Rec, Effect>): void {
    this.#events.push({ endOffset, deadline, out });
  }

  /** Takes the first output when everything before its offset is committed. */
  takeCommitted(highWatermark: number): Output<Rec, Effect> | undefined {
    const event = this.#events[this.#first];
    if (event === undefined || event.endOffset > highWatermark) return undefined;
    this.#first++;
    if (this.#first * 2 >= this.#events.length) {
      this.#events = this.#events.slice(this.#first);
      this.#first = 0;
    }
    return event.out;
  }

  /**
   * Takes the answers that have waited too long. Their records may be committed yet: then their effects are had, and not before, because another
   * broker may lead the partition without those records.
   */
  takeExpired(now: number): CoordinatorAnswer[] {
    const expired: CoordinatorAnswer[] = [];
    const rest: DeferredEvent<Rec, Effect>[] = [];
    for (let i = this.#first; i < this.#events.length; i++) {
      const event = this.#events[i]!;
      if (event.deadline <= now) {
        expired.push(...event.out.answers.splice(0));
        event.deadline = Infinity;
        if (event.out.effects.length === 0) continue;
      }
      rest.push(event);
    }
    this.#events = rest;
    this.#first = 0;
    return expired;
  }

  /** Takes all answers; nothing waits any more. */
  takeAll(): CoordinatorAnswer[] {
    const answers = this.#events.slice(this.#first).flatMap(({ out }) => out.answers);
    this.#events = [];
    this.#first = 0;
    return answers;
  }
}
