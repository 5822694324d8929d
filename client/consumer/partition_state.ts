/**
 * What a consumer knows of one partition that it has: where it is, and whether it may read on.
 *
 * @module
 */

import type { AutoOffsetReset } from "./auto_offset_reset.ts";
import { IllegalConsumerStateError } from "./consumer_errors.ts";
import { type FetchPosition, isSameLeader, type LeaderAndEpoch } from "./fetch_position.ts";

/**
 * - `initializing`: it has no position yet
 * - `fetching`: it has one to read from
 * - `awaiting-reset`: its position is to be found as its reset says
 * - `awaiting-validation`: its leader has changed, and may have less of the log
 */
export type FetchState = "initializing" | "fetching" | "awaiting-reset" | "awaiting-validation";

/** Whose records are read. */
export type IsolationLevel = "read_uncommitted" | "read_committed";

/** One partition of a consumer's assignment. Pure: time comes as an argument. */
export class PartitionState {
  #fetchState: FetchState = "initializing";
  #position: FetchPosition | undefined;
  #reset: AutoOffsetReset | undefined;
  #retryAt = -Infinity;
  #preferredReplica: number | undefined;
  #preferredUntil = -Infinity;
  #highWatermark: number | undefined;
  #lastStableOffset: number | undefined;
  /** Whether the user has stopped it. */
  isPaused = false;
  /** Whether it is about to be given back, so that no more is read and nothing is looked up. */
  isPendingRevocation = false;
  /** The first offset of the log, as it was last told. */
  logStartOffset: number | undefined;
  /** Whether the end offset was asked for to know the lag, and no answer has come. */
  isEndOffsetRequested = false;

  /** What has to happen before it can be read. */
  get fetchState(): FetchState {
    return this.#fetchState;
  }

  /** The next offset to read, also while it is being checked; `undefined` when there is none. */
  get position(): FetchPosition | undefined {
    return this.#position;
  }

  /** The position if it can be read from now. */
  get validPosition(): FetchPosition | undefined {
    return this.#fetchState === "fetching" ? this.#position : undefined;
  }

  /** Whether there is a position to read from now. */
  get hasValidPosition(): boolean {
    return this.#fetchState === "fetching";
  }

  /** Whether it is to be read from. */
  get isFetchable(): boolean {
    return this.#fetchState === "fetching" && !this.isPaused && !this.isPendingRevocation;
  }

  /** Whether a position is to be looked up. */
  get needsPosition(): boolean {
    return this.#fetchState === "initializing" && !this.isPendingRevocation;
  }

  /** How the position is to be found; `undefined` when it is not. */
  get reset(): AutoOffsetReset | undefined {
    return this.#reset;
  }

  /** Where records end that are replicated, as it was last told. */
  get highWatermark(): number | undefined {
    return this.#highWatermark;
  }

  /** Where records end that belong to no open transaction, as it was last told. */
  get lastStableOffset(): number | undefined {
    return this.#lastStableOffset;
  }

  /** Whether something about it failed a short time ago. */
  isBackingOff(now: number): boolean {
    return now < this.#retryAt;
  }

  /** Nothing is asked about its position before a time on the monotonic clock. */
  retryAt(time: number): void {
    this.#retryAt = time;
  }

  /** Goes to a position that needs no check. */
  seekValidated(position: FetchPosition): void {
    this.#reset = undefined;
    this.#enter("fetching", position);
  }

  /** Goes to a position, which is checked first if there is an epoch to do it with. */
  seekUnvalidated(position: FetchPosition): void {
    this.seekValidated(position);
    this.#validate(position);
  }

  /**
   * Moves on.
   *
   * @throws {IllegalConsumerStateError} when there is no position to move on from
   */
  advance(position: FetchPosition): void {
    if (!this.hasValidPosition) {
      throw new IllegalConsumerStateError(
        "Cannot set a new position without a valid current position",
      );
    }
    this.#position = position;
  }

  /** The position is to be found by a reset. */
  requestReset(reset: AutoOffsetReset): void {
    this.#reset = reset;
    this.#fetchState = "awaiting-reset";
    this.#position = undefined;
    this.#retryAt = -Infinity;
  }

  /**
   * Takes over who leads the partition. When it is another than before, the position has to be checked.
   *
   * @returns whether it waits for that check
   */
  followLeader(leader: LeaderAndEpoch): boolean {
    if (this.#fetchState === "awaiting-reset" || leader.leader < 0) return false;
    const position = this.#position;
    if (position !== undefined && !isSameLeader(position.currentLeader, leader)) {
      this.#validate({ ...position, currentLeader: leader });
      this.#preferredReplica = undefined;
    }
    return this.#fetchState === "awaiting-validation";
  }

  /** The position has proved right, or cannot be checked. */
  completeValidation(): void {
    if (this.#position !== undefined) this.#enter("fetching", this.#position);
  }

  /** Takes over where replicated records end. */
  updateHighWatermark(offset: number): void {
    this.#highWatermark = offset;
    this.isEndOffsetRequested = false;
  }

  /** Takes over where records end that belong to no open transaction. */
  updateLastStableOffset(offset: number): void {
    this.#lastStableOffset = offset;
    this.isEndOffsetRequested = false;
  }

  /** Where records end for a reader; `undefined` when it is not known. */
  endOffset(isolationLevel: IsolationLevel): number | undefined {
    return isolationLevel === "read_committed" ? this.#lastStableOffset : this.#highWatermark;
  }

  /** Records that are still to be read; `undefined` when it is not known. */
  lag(isolationLevel: IsolationLevel): number | undefined {
    const end = this.endOffset(isolationLevel);
    if (end === undefined || this.#position === undefined) return undefined;
    return end - this.#position.offset;
  }

  /** Records in the log before the position; `undefined` when it is not known. */
  get lead(): number | undefined {
    if (this.logStartOffset === undefined || this.#position === undefined) return undefined;
    return this.#position.offset - this.logStartOffset;
  }

  /** The replica to read from in place of the leader; `undefined` for the leader. */
  preferredReplica(now: number): number | undefined {
    if (now > this.#preferredUntil) this.#preferredReplica = undefined;
    return this.#preferredReplica;
  }

  /** The leader names a replica to read from, until a time on the monotonic clock. Naming it again changes nothing. */
  preferReplica(replica: number, until: number): void {
    if (this.#preferredReplica === replica) return;
    this.#preferredReplica = replica;
    this.#preferredUntil = until;
  }

  /** Back to the leader; returns the replica that was preferred. */
  clearPreferredReplica(): number | undefined {
    const replica = this.#preferredReplica;
    this.#preferredReplica = undefined;
    return replica;
  }

  #validate(position: FetchPosition): void {
    const canCheck = position.offsetEpoch >= 0 && position.currentLeader.leaderEpoch >= 0;
    this.#enter(canCheck ? "awaiting-validation" : "fetching", position);
  }

  #enter(state: "fetching" | "awaiting-validation", position: FetchPosition): void {
    this.#fetchState = state;
    this.#position = position;
    this.#retryAt = -Infinity;
  }
}
