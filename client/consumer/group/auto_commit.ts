/**
 * Committing positions now and then (`enable.auto.commit`).
 *
 * @module
 */

import type { ClientEnv } from "../../kafka_client.ts";
import { RetriableCommitFailedError } from "../consumer_errors.ts";
import type { SubscriptionState } from "../subscription_state.ts";
import type { OffsetCommits } from "./offset_commits.ts";

/** What commits. */
export interface AutoCommitOptions {
  /** Clock, and who is told what happens. */
  readonly env: ClientEnv;
  /** How often, ms. */
  readonly intervalMs: number;
  /** How soon after a failure that may pass, ms. */
  readonly retryBackoffMs: number;
  /** How. */
  readonly commits: OffsetCommits;
  /** What. */
  readonly subscription: SubscriptionState;
}

/** Commits what polls have returned before the one that asks for it. */
export class AutoCommit {
  readonly #options: AutoCommitOptions;
  #dueAt: number;

  /** The first time comes after an interval. */
  constructor(options: AutoCommitOptions) {
    this.#options = options;
    this.#dueAt = options.env.clock.monotonic() + options.intervalMs;
  }

  /** How long there is nothing to commit, ms. */
  nextIn(now: number): number {
    return Math.max(0, this.#dueAt - now);
  }

  /** Commits in the background, when it is time. */
  maybeCommit(now: number): void {
    if (now >= this.#dueAt) void this.#commit(now);
  }

  /** New partitions have come: their positions are not worth a commit yet. */
  restart(now: number): void {
    this.#dueAt = now + this.#options.intervalMs;
  }

  /**
   * Commits before partitions are given up, or the consumer ends. What does not go well is told to the logger alone.
   *
   * @param signal ends the attempts
   */
  async commitNow(signal: AbortSignal): Promise<void> {
    const { commits, env: { logger }, subscription } = this.#options;
    const offsets = subscription.allConsumed();
    if (offsets.size === 0) return;
    try {
      await commits.commitAlone(offsets, signal);
    } catch (error) {
      logger.write("warn", "Auto-commit of offsets failed", { error });
    }
  }

  async #commit(now: number): Promise<void> {
    const { commits, env: { clock, logger }, retryBackoffMs, subscription } = this.#options;
    this.restart(now);
    await commits.commitAsync(subscription.allConsumed(), (error) => {
      if (error === null) return;
      const passes = error instanceof RetriableCommitFailedError;
      if (passes) this.#dueAt = clock.monotonic() + retryBackoffMs;
      logger.write(passes ? "debug" : "warn", "Auto-commit of offsets failed", { error });
    });
  }
}
