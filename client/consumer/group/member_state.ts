/**
 * Where a consumer stands in its group (Kafka's `AbstractCoordinator.MemberState`). Pure.
 *
 * ```text
 *             beginJoin            joined             synced
 *  unjoined ────────────▶ preparing ──────▶ completing ──────▶ stable
 *      ▲                    ▲                   │                │
 *      │                    └──── beginJoin ────┴────────────────┤
 *      └─────────────────────────── reset ───────────────────────┘
 * ```
 *
 * A member that is stable rejoins when it must: `requestRejoin` says why, and a later poll does it.
 *
 * @module
 */

import { type Generation, NO_GENERATION } from "./generation.ts";

/**
 * - `unjoined`: no member
 * - `preparing`: has asked to join, and waits for the other members
 * - `completing`: has joined, and waits for its partitions
 * - `stable`: has its partitions
 */
export type MemberPhase = "unjoined" | "preparing" | "completing" | "stable";

/** Phase, generation, and whether there is a reason to join anew. */
export class MemberState {
  #phase: MemberPhase = "unjoined";
  #generation = NO_GENERATION;
  #rejoinReason: string | undefined = "";
  #lastReason = "";
  /** Whether partitions are to be given up before the next join. */
  needsPrepare = true;

  /** Where it stands. */
  get phase(): MemberPhase {
    return this.#phase;
  }

  /** The round that it is in. */
  get generation(): Generation {
    return this.#generation;
  }

  /** Whether it has to join, or to join anew. */
  get needsRejoin(): boolean {
    return this.#rejoinReason !== undefined;
  }

  /** Why it joins, for the coordinator's log; empty for the first time. */
  get rejoinReason(): string {
    return this.#lastReason;
  }

  /** Whether it is on its way from one generation to the next. */
  get isRebalancing(): boolean {
    return this.#phase === "preparing" || this.#phase === "completing";
  }

  /** Whether the coordinator takes heartbeats from it. */
  get hasJoined(): boolean {
    return this.#phase === "completing" || this.#phase === "stable";
  }

  /** A request to join is on its way. */
  beginJoin(): void {
    this.#phase = "preparing";
  }

  /** The coordinator gives the member its name, and wants it to come again with that. */
  name(memberId: string): void {
    this.#generation = { ...NO_GENERATION, memberId };
  }

  /** The group has begun a round with this member. */
  joined(generation: Generation): void {
    this.#generation = generation;
    this.#phase = "completing";
  }

  /** The member's partitions are there. */
  synced(): void {
    this.#phase = "stable";
    this.#rejoinReason = undefined;
    this.#lastReason = "";
  }

  /**
   * Joins anew with the next poll.
   *
   * @returns whether there was no reason before
   */
  requestRejoin(reason: string): boolean {
    const isNew = this.#rejoinReason === undefined;
    this.#rejoinReason = this.#lastReason = reason;
    return isNew;
  }

  /**
   * The group knows this member no more, or it has left: it joins anew.
   *
   * @param keepsMemberId whether its name still counts
   */
  reset(reason: string, keepsMemberId: boolean): void {
    const { memberId } = this.#generation;
    this.#phase = "unjoined";
    this.#generation = keepsMemberId ? { ...NO_GENERATION, memberId } : NO_GENERATION;
    this.needsPrepare = true;
    this.requestRejoin(reason);
  }
}
