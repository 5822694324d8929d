/**
 * Where requests wait that cannot be answered yet.
 *
 * @module
 */

import type { Clock } from "../../storage/env.ts";
import { DeadlineHeap, type Due } from "./deadline_heap.ts";

/** A request that may have to wait (Kafka's `DelayedOperation`). It is told of its end once. */
export interface DelayedOperation {
  /** Whether it can be answered now. Called at first, and then after every event of a key that it watches. */
  canComplete(): boolean;
  /**
   * Answers.
   *
   * @param expired the time is up, and {@linkcode DelayedOperation.canComplete} has not become true
   */
  complete(expired: boolean): void;
}

/** What a {@linkcode Purgatory} needs. */
export interface PurgatoryOptions {
  /** Tells when the time of an operation is up. */
  readonly clock: Clock;
  /**
   * How many answered operations may stay on the lists of keys where nothing has happened since
   * (`fetch.purgatory.purge.interval.requests` and its like). Asked each time, so that it may change.
   */
  readonly purgeInterval: () => number;
}

/** An operation on the lists of its keys. */
class Watch implements Due {
  readonly deadline: number;
  heapIndex = -1;
  /** Let go of once it is answered, for lists may keep the watch for a while. */
  operation: DelayedOperation | undefined;

  constructor(operation: DelayedOperation, deadline: number) {
    this.operation = operation;
    this.deadline = deadline;
  }
}

/**
 * Holds operations until an event of one of their keys lets them be answered, or until their time is up (Kafka's
 * `DelayedOperationPurgatory`). Nothing is polled: an event looks at the operations of its key, and there is at most one timer,
 * for the earliest deadline. It holds no more operations than requests are under way, which the connections bound.
 */
export class Purgatory<K> {
  readonly #clock: Clock;
  readonly #purgeInterval: () => number;
  readonly #watchesByKey = new Map<K, Watch[]>();
  readonly #heap = new DeadlineHeap<Watch>();
  #timer: { readonly wakeAt: number; readonly abort: AbortController } | undefined;
  /** Operations that were added since the lists were last purged, and those that waited then. */
  #watchedOperations = 0;
  #closed = false;

  /** Nothing waits yet. */
  constructor(options: PurgatoryOptions) {
    this.#clock = options.clock;
    this.#purgeInterval = options.purgeInterval;
  }

  /** How many operations wait. */
  get delayed(): number {
    return this.#heap.size;
  }

  /** How many entries the lists of all keys have, answered operations among them. */
  get watched(): number {
    let sum = 0;
    for (const watches of this.#watchesByKey.values()) sum += watches.length;
    return sum;
  }

  /**
   * Answers an operation at once if that is possible, and else lets it wait.
   *
   * @param keys the events that may make it answerable
   * @param timeoutMs how long it waits at most
   * @returns whether it was answered
   */
  tryCompleteElseWatch(
    operation: DelayedOperation,
    keys: Iterable<K>,
    timeoutMs: number,
  ): boolean {
    if (operation.canComplete()) {
      operation.complete(false);
      return true;
    }
    if (this.#closed || timeoutMs <= 0) {
      operation.complete(true);
      return true;
    }
    const watch = new Watch(operation, this.#clock.monotonic() + timeoutMs);
    for (const key of keys) {
      const watches = this.#watchesByKey.get(key);
      if (watches === undefined) this.#watchesByKey.set(key, [watch]);
      else watches.push(watch);
    }
    this.#heap.add(watch);
    this.#watchedOperations++;
    this.#purgeIfDue();
    this.#arm();
    return false;
  }

  /**
   * Something has happened to a key: answers what waits for it and can be answered now.
   *
   * @returns how many were answered
   */
  checkAndComplete(key: K): number {
    const watches = this.#watchesByKey.get(key);
    if (watches === undefined) return 0;
    let completed = 0;
    let kept = 0;
    // An answer may let a new operation watch the key: those behind the length of now are taken along.
    for (let i = 0; i < watches.length; i++) {
      const watch = watches[i]!;
      const { operation } = watch;
      if (operation === undefined) continue;
      if (operation.canComplete()) {
        this.#answer(watch, operation, false);
        completed++;
      } else {
        watches[kept++] = watch;
      }
    }
    watches.length = kept;
    if (kept === 0) this.#watchesByKey.delete(key);
    return completed;
  }

  /** Answers all that wait as if their time was up, and lets nothing wait any more. */
  shutdown(): void {
    this.#closed = true;
    this.#timer?.abort.abort();
    this.#timer = undefined;
    for (let first; (first = this.#heap.first) !== undefined;) {
      this.#answer(first, first.operation!, true);
    }
    this.#watchesByKey.clear();
  }

  #answer(watch: Watch, operation: DelayedOperation, expired: boolean): void {
    watch.operation = undefined;
    this.#heap.remove(watch);
    operation.complete(expired);
  }

  /** Takes answered operations off the lists once there are too many. */
  #purgeIfDue(): void {
    if (this.#watchedOperations - this.#heap.size <= this.#purgeInterval()) return;
    this.#watchedOperations = this.#heap.size;
    for (const [key, watches] of this.#watchesByKey) {
      const waiting = watches.filter((watch) => watch.operation !== undefined);
      if (waiting.length === 0) this.#watchesByKey.delete(key);
      else if (waiting.length < watches.length) this.#watchesByKey.set(key, waiting);
    }
  }

  /** Has the timer go off at the earliest deadline, or before; not at all when nothing waits. */
  #arm(): void {
    const first = this.#heap.first;
    if (first === undefined || this.#closed) return;
    if (this.#timer !== undefined) {
      if (this.#timer.wakeAt <= first.deadline) return;
      this.#timer.abort.abort();
    }
    const timer = { wakeAt: first.deadline, abort: new AbortController() };
    this.#timer = timer;
    const ms = Math.max(first.deadline - this.#clock.monotonic(), 1);
    this.#clock.sleep(ms, timer.abort.signal).then(
      () => {
        if (this.#timer !== timer) return;
        this.#timer = undefined;
        this.#expire();
      },
      () => {}, // Aborted: another timer has taken its place, or the purgatory was shut down.
    );
  }

  #expire(): void {
    const now = this.#clock.monotonic();
    for (let watch; (watch = this.#heap.popDue(now)) !== undefined;) {
      this.#answer(watch, watch.operation!, true);
    }
    this.#purgeIfDue();
    this.#arm();
  }
}
