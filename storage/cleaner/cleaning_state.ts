/**
 * What the cleaner is doing with each log: Kafka's `LogCleaningState` and the part of `LogCleanerManager` that
 * coordinates it with those who truncate, move and delete logs.
 *
 * ```text
 * none ---- grab ----> in progress ---- done ----> none
 * none ---- pause ---> paused(1)        in progress ---- pause ---> aborted ---- done ---> paused(1)
 * paused(n) - pause -> paused(n + 1)    paused(n) - resume -> paused(n - 1)    paused(1) - resume -> none
 * ```
 *
 * @module
 */

import { assert } from "@std/assert";
import { cleaningAborted } from "./cleaning_turn.ts";

/** What the cleaner is doing with a log. */
export type CleaningState = "none" | "in_progress" | "aborted" | "paused";

interface Entry {
  state: "in_progress" | "aborted" | "paused";
  /** Pauses that are in force, or will be once the cleaning has ended. */
  pausedCount: number;
  readonly controller: AbortController;
  readonly waiters: (() => void)[];
}

/** The states of all logs, by `topic-partition`. */
export class CleaningStates {
  readonly #entries = new Map<string, Entry>();

  /** State of a log. */
  get(key: string): CleaningState {
    return this.#entries.get(key)?.state ?? "none";
  }

  /** How many pauses of a log are in force. */
  pausedCount(key: string): number {
    return this.#entries.get(key)?.pausedCount ?? 0;
  }

  /** Logs that are being cleaned, by `topic-partition`. */
  get inProgress(): string[] {
    return [...this.#entries].filter(([, entry]) => entry.state === "in_progress")
      .map(([key]) => key);
  }

  /**
   * Begins work on a log that nobody works on.
   *
   * @returns the signal that tells the work to stop
   */
  begin(key: string): AbortSignal {
    assert(!this.#entries.has(key), `Log is not free to be cleaned: ${key}`);
    const entry = newEntry("in_progress");
    this.#entries.set(key, entry);
    return entry.controller.signal;
  }

  /**
   * Ends work on a log.
   *
   * @returns whether it ran to its end; `false` when it was aborted, and the log is paused now
   */
  end(key: string): boolean {
    const entry = this.#entries.get(key);
    assert(entry !== undefined, `State for partition should exist: ${key}`);
    assert(entry.state !== "paused", `In-progress partition ${key} cannot be in state: paused`);
    const completed = entry.state === "in_progress";
    if (completed) this.#entries.delete(key);
    else entry.state = "paused";
    this.#wake(entry);
    return completed;
  }

  /**
   * Pauses the cleaning of a log, and aborts the one that is under way. That one touches nothing any more from the moment of this
   * call on; the promise resolves when it has cleaned up behind itself.
   */
  async abortAndPause(key: string): Promise<void> {
    const entry = this.#entries.get(key);
    if (entry === undefined) {
      const paused = newEntry("paused");
      paused.pausedCount = 1;
      this.#entries.set(key, paused);
      return;
    }
    entry.pausedCount++;
    if (entry.state === "paused") return;
    if (entry.state === "in_progress") {
      entry.state = "aborted";
      entry.controller.abort(cleaningAborted(key));
    }
    await this.#changed(entry);
  }

  /** Undoes one pause. */
  resume(key: string): void {
    const entry = this.#entries.get(key);
    assert(
      entry !== undefined && entry.state === "paused",
      `Compaction for partition ${key} cannot be resumed since it is not paused: ${this.get(key)}`,
    );
    if (--entry.pausedCount > 0) return;
    this.#entries.delete(key);
    this.#wake(entry);
  }

  /** Resolves when nobody works on a log; it may be paused then. */
  async settled(key: string): Promise<void> {
    for (
      let entry = this.#entries.get(key);
      entry !== undefined && entry.state !== "paused";
      entry = this.#entries.get(key)
    ) await this.#changed(entry);
  }

  /** Tells all work under way to stop, without pausing anything. */
  stopAll(): void {
    for (const entry of this.#entries.values()) {
      if (entry.state === "in_progress") entry.controller.abort(cleaningAborted("shutdown"));
    }
  }

  #changed(entry: Entry): Promise<void> {
    return new Promise((resolve) => entry.waiters.push(resolve));
  }

  #wake(entry: Entry): void {
    for (const wake of entry.waiters.splice(0)) wake();
  }
}

function newEntry(state: Entry["state"]): Entry {
  return { state, pausedCount: 0, controller: new AbortController(), waiters: [] };
}
