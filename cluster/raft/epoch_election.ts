/**
 * Counting the votes of one election.
 *
 * @module
 */

import type { ReplicaKey, VoterSet } from "./voter_set.ts";

/** The votes for this node, or its pre-votes, in one epoch. */
export class EpochElection {
  readonly #votes: Map<number, boolean | undefined>;
  readonly #voters: VoterSet;

  /**
   * The others have not voted yet.
   *
   * @param ownId who has voted for itself. Default: nobody
   * @throws {RangeError} when that node does not vote
   */
  constructor(voters: VoterSet, ownId?: number) {
    this.#voters = voters;
    this.#votes = new Map(voters.ids.map((id) => [id, undefined]));
    if (ownId !== undefined) this.recordVote(ownId, true);
  }

  /**
   * Notes an answer.
   *
   * @returns whether it is the voter's first
   * @throws {RangeError} for a node that does not vote
   */
  recordVote(voterId: number, isGranted: boolean): boolean {
    if (!this.#votes.has(voterId)) {
      throw new RangeError(`Attempt to record the vote of a non-voter: ${voterId}`);
    }
    const isFirst = this.#votes.get(voterId) === undefined;
    this.#votes.set(voterId, isGranted);
    return isFirst;
  }

  /** Whether a majority is for this node. */
  get isVoteGranted(): boolean {
    return this.#count(true) >= this.#majority;
  }

  /** Whether a majority has become impossible. */
  get isVoteRejected(): boolean {
    return this.#count(true) + this.#count(undefined) < this.#majority;
  }

  /** Ids of those who are for this node, ascending. */
  get grantingVoters(): number[] {
    return [...this.#votes].filter(([, vote]) => vote === true).map(([id]) => id);
  }

  /** Those who have not answered. */
  get unrecordedVoters(): ReplicaKey[] {
    return this.#voters.nodes.map(({ key }) => key)
      .filter(({ id }) => this.#votes.get(id) === undefined);
  }

  get #majority(): number {
    return Math.floor(this.#votes.size / 2) + 1;
  }

  #count(vote: boolean | undefined): number {
    let count = 0;
    for (const each of this.#votes.values()) if (each === vote) count++;
    return count;
  }
}
