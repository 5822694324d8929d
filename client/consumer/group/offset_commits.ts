/**
 * Commits of a consumer: those that are waited for, and those in the background, in the order in which they were asked for.
 *
 * @module
 */

import type { Clock, Logger } from "../../../storage/env.ts";
import { TopicPartitionMap } from "../../../storage/file/topic_partition_map.ts";
import { withDeadline } from "../../network/deadline.ts";
import type { ExponentialBackoff } from "../../network/exponential_backoff.ts";
import { KafkaError } from "../../protocol/error_codes.ts";
import { isRetriableFailure, retry } from "../../retry.ts";
import { RetriableCommitFailedError } from "../consumer_errors.ts";
import type { OffsetCommitCallback } from "../group_membership.ts";
import { offsetAndMetadataText } from "../offset_and_metadata.ts";
import type { GroupCoordinator } from "./group_coordinator.ts";
import type { Offsets } from "./offset_commit_call.ts";

/** What commits. */
export interface OffsetCommitsOptions {
  /** For the waits between attempts. */
  readonly clock: Clock;
  /** How long they are. */
  readonly backoff: ExponentialBackoff;
  /** Receives what happens. */
  readonly logger: Logger;
  /** Where offsets go. */
  readonly coordinator: GroupCoordinator;
  /** Commits once. */
  readonly commitOnce: (offsets: Offsets, signal?: AbortSignal) => Promise<void>;
  /** Told of what was committed. */
  readonly onCommit: (offsets: Offsets) => void;
  /** Told when there are callbacks to be called. */
  readonly onChange: () => void;
  /** Ends commits in the background. */
  readonly closing: AbortSignal;
}

interface CompletedCommit {
  readonly callback: OffsetCommitCallback;
  readonly error: unknown;
  readonly offsets: Offsets;
}

/** Commits offsets, and calls back when the user is there to be called. */
export class OffsetCommits {
  readonly #options: OffsetCommitsOptions;
  readonly #inFlight = new Set<Promise<void>>();
  readonly #completed: CompletedCommit[] = [];
  #fenced: KafkaError | undefined;

  /** Commits nothing yet. */
  constructor(options: OffsetCommitsOptions) {
    this.#options = options;
  }

  /** Whether there are callbacks to be called. */
  get hasCompleted(): boolean {
    return this.#completed.length > 0 || this.#fenced !== undefined;
  }

  /**
   * Commits, and tries again what may pass. Callbacks of what was committed before are called first.
   *
   * @throws as {@linkcode commitOffsets}; the signal's reason, when it aborts first
   */
  async commit(offsets: Offsets, signal: AbortSignal): Promise<void> {
    this.deliver();
    if (offsets.size === 0) return await this.settle(signal);
    try {
      await this.commitAlone(offsets, signal);
    } finally {
      this.deliver();
    }
  }

  /** As {@linkcode OffsetCommits.commit}, but for the callbacks. */
  async commitAlone(given: Offsets, signal: AbortSignal): Promise<void> {
    const { coordinator, clock, backoff, commitOnce, onCommit } = this.#options;
    // The user may go on with what was given.
    const offsets = new TopicPartitionMap(given);
    await retry(async (signal) => {
      await coordinator.ensureKnown(signal);
      await commitOnce(offsets, signal);
    }, { clock, backoff, signal });
    onCommit(offsets);
  }

  /** Commits in the background, once: a later commit might be overtaken otherwise. Resolves when it is over, well or not. */
  commitAsync(
    given: Offsets,
    callback: OffsetCommitCallback = this.#defaultCallback,
  ): Promise<void> {
    const offsets = new TopicPartitionMap(given);
    const commit = this.#commitInBackground(offsets, callback);
    this.#inFlight.add(commit);
    return commit.finally(() => {
      this.#inFlight.delete(commit);
      this.#options.onChange();
    });
  }

  /**
   * Calls back for all that is over.
   *
   * @throws {KafkaError} `FENCED_INSTANCE_ID` when this member's name belongs to another instance
   * @throws what a callback throws
   */
  deliver(): void {
    if (this.#fenced !== undefined) throw this.#fenced;
    for (;;) {
      const completed = this.#completed.shift();
      if (completed === undefined) return;
      completed.callback(completed.error, completed.offsets);
    }
  }

  /**
   * Waits until nothing is under way in the background, and calls back.
   *
   * @throws the signal's reason, when it aborts first
   */
  async settle(signal: AbortSignal): Promise<void> {
    while (this.#inFlight.size > 0) await withDeadline(Promise.all(this.#inFlight), signal);
    this.deliver();
  }

  async #commitInBackground(offsets: Offsets, callback: OffsetCommitCallback): Promise<void> {
    const { coordinator, closing, commitOnce, onCommit } = this.#options;
    let error: unknown = null;
    try {
      if (offsets.size > 0) {
        if (!coordinator.isKnown) await coordinator.ensureKnown(closing);
        await commitOnce(offsets);
      }
      onCommit(offsets);
    } catch (failure) {
      error = isRetriableFailure(failure) ? new RetriableCommitFailedError(failure) : failure;
      const isFenced = failure instanceof KafkaError && failure.code === "FENCED_INSTANCE_ID";
      if (isFenced) this.#fenced = failure;
    }
    this.#completed.push({ callback, error, offsets });
  }

  readonly #defaultCallback: OffsetCommitCallback = (error, offsets) => {
    if (error === null) return;
    const shown = new TopicPartitionMap(
      [...offsets].map(([key, value]) => [key, offsetAndMetadataText(value)] as const),
    );
    this.#options.logger.write("error", "Offset commit failed", { offsets: `${shown}`, error });
  };
}
