/**
 * What the leader of an epoch knows of the replicas, and the high watermark that follows from it. Pure.
 *
 * @module
 */

import { CheckQuorum } from "./check_quorum.ts";
import {
  matchesReplica,
  type ReplicaKey,
  type VoterEndpoint,
  type VoterNode,
  type VoterSet,
} from "./voter_set.ts";

/** After this silence an observer is forgotten. */
export const OBSERVER_SESSION_TIMEOUT_MS = 300_000;

/** How far one replica is. Times are ms since the epoch, -1 for never. */
export interface ReplicaState {
  /** Who it is. */
  readonly key: ReplicaKey;
  /** Where it listens; empty for observers. */
  readonly endpoints: readonly VoterEndpoint[];
  /** Offset behind its last record; `undefined` while that is not known. */
  readonly endOffset: number | undefined;
  /** When it last fetched. */
  readonly lastFetchTimestamp: number;
  /** When it last had everything that the leader had. */
  readonly lastCaughtUpTimestamp: number;
}

interface MutableReplicaState extends ReplicaState {
  key: ReplicaKey;
  endpoints: readonly VoterEndpoint[];
  endOffset: number | undefined;
  lastFetchTimestamp: number;
  lastCaughtUpTimestamp: number;
  /** The leader's end at the replica's last fetch: once reached, the replica was caught up at that time. */
  lastFetchLeaderEndOffset: number;
}

/** What a leader begins with. */
export interface LeaderStateOptions {
  /** This node. */
  readonly local: VoterNode;
  /** The epoch. */
  readonly epoch: number;
  /** The log's end when the epoch began: nothing is committed before a record of the epoch itself is. */
  readonly epochStartOffset: number;
  /** Who votes. */
  readonly voters: VoterSet;
  /** `controller.quorum.fetch.timeout.ms`. */
  readonly fetchTimeoutMs: number;
  /** When it begins, ms since the epoch. */
  readonly now: number;
}

/** The replicas as the leader sees them. */
export class LeaderState {
  /** This node. */
  readonly local: VoterNode;
  /** The epoch. */
  readonly epoch: number;
  /** The log's end when the epoch began. */
  readonly epochStartOffset: number;
  #voters = new Map<number, MutableReplicaState>();
  #observers = new Map<string, MutableReplicaState>();
  readonly #checkQuorum: CheckQuorum;
  readonly #beginPeriodMs: number;
  #nextBegin: number;
  #highWatermark: number | undefined;

  /** Nothing is known of how far anybody is. */
  constructor(options: LeaderStateOptions) {
    this.local = options.local;
    this.epoch = options.epoch;
    this.epochStartOffset = options.epochStartOffset;
    this.#checkQuorum = new CheckQuorum(options.fetchTimeoutMs, options.now);
    this.#beginPeriodMs = Math.floor(options.fetchTimeoutMs / 2);
    this.#nextBegin = options.now;
    this.#takeVoters(options.voters);
  }

  /** When it steps down for want of a majority, ms since the epoch; a leader that is the only voter never does. */
  get checkQuorumDeadline(): number {
    return this.#voters.size <= 1 ? Infinity : this.#checkQuorum.deadline;
  }

  /** When those who do not fetch are told again who leads, ms since the epoch. */
  get beginDeadline(): number {
    return this.#voters.size <= 1 ? Infinity : this.#nextBegin;
  }

  /** The other voters that have not fetched lately: they are to be told who leads. The next time is half a fetch timeout later. */
  votersToTell(now: number): readonly ReplicaState[] {
    this.#nextBegin = now + this.#beginPeriodMs;
    return this.voters.filter(({ key, lastFetchTimestamp }) =>
      key.id !== this.local.key.id &&
      (lastFetchTimestamp < 0 || now - lastFetchTimestamp >= this.#beginPeriodMs)
    );
  }

  /** The other voters, those first that have most: they should lead next, in this order. */
  get successors(): ReplicaKey[] {
    return this.voters.filter(({ key }) => key.id !== this.local.key.id)
      .sort((a, b) => (b.endOffset ?? -1) - (a.endOffset ?? -1) || a.key.id - b.key.id)
      .map(({ key }) => key);
  }

  /** Notes that a replica has been heard of: a voter keeps the leader in its office by that. */
  heardFrom(key: ReplicaKey, now: number): void {
    const voter = this.#voters.get(key.id);
    if (voter === undefined || !matchesReplica(voter.key, key)) return;
    const majority = Math.floor(this.#voters.size / 2) + 1;
    const own = this.#voters.has(this.local.key.id) ? 1 : 0;
    this.#checkQuorum.heardFrom(key.id, majority - own, now);
  }

  /** Below it, records are committed; `undefined` until a record of this epoch is. */
  get highWatermark(): number | undefined {
    return this.#highWatermark;
  }

  /** The voters, by id. */
  get voters(): readonly ReplicaState[] {
    return [...this.#voters.values()];
  }

  /** Those who fetch without voting, as of `now`. */
  observers(now: number): readonly ReplicaState[] {
    for (const [name, { key, lastFetchTimestamp }] of this.#observers) {
      const isLocal = matchesReplica(this.local.key, key);
      if (!isLocal && now - lastFetchTimestamp >= OBSERVER_SESSION_TIMEOUT_MS) {
        this.#observers.delete(name);
      }
    }
    return [...this.#observers.values()];
  }

  /**
   * Notes how much of its own log the leader has brought to the disk.
   *
   * @param endOffset what is below survives a power cut
   * @param voters who votes by now
   * @returns whether the high watermark has moved
   */
  updateLocal(endOffset: number, voters: VoterSet): boolean {
    const state = this.#replica(this.local.key);
    if (state.endOffset !== undefined && endOffset < state.endOffset) {
      throw new RangeError(
        `Detected non-monotonic update of local end offset: ${state.endOffset} -> ${endOffset}`,
      );
    }
    state.endOffset = endOffset;
    this.#takeVoters(voters);
    return this.#raiseHighWatermark();
  }

  /**
   * Notes a fetch of another replica, which thereby says that it has what is below the offset.
   *
   * @returns whether the high watermark has moved
   */
  updateReplica(key: ReplicaKey, fetchOffset: number, now: number): boolean {
    if (key.id < 0) return false;
    if (key.id === this.local.key.id) {
      throw new RangeError(`Remote replica ID matches the local leader ID: ${key.id}`);
    }
    const state = this.#replica(key);
    const leaderEnd = this.#replica(this.local.key).endOffset;
    if (leaderEnd !== undefined) {
      if (fetchOffset >= leaderEnd) {
        state.lastCaughtUpTimestamp = Math.max(state.lastCaughtUpTimestamp, now);
      } else if (
        state.lastFetchLeaderEndOffset > 0 && fetchOffset >= state.lastFetchLeaderEndOffset
      ) {
        state.lastCaughtUpTimestamp = Math.max(
          state.lastCaughtUpTimestamp,
          state.lastFetchTimestamp,
        );
      }
      state.lastFetchLeaderEndOffset = leaderEnd;
    }
    state.lastFetchTimestamp = Math.max(state.lastFetchTimestamp, now);
    state.endOffset = fetchOffset;
    this.heardFrom(key, now);
    const voter = this.#voters.get(key.id);
    return voter === state && this.#raiseHighWatermark();
  }

  #replica(key: ReplicaKey): MutableReplicaState {
    const voter = this.#voters.get(key.id);
    if (voter !== undefined && matchesReplica(voter.key, key)) return voter;
    const name = nameOf(key);
    const state = this.#observers.get(name) ?? unknownReplica(key, []);
    this.#observers.set(name, state);
    return state;
  }

  #takeVoters(voters: VoterSet): void {
    const before = this.#voters;
    const now = new Map<number, MutableReplicaState>();
    for (const { key, endpoints } of voters.nodes) {
      const voter = before.get(key.id);
      const isSame = voter !== undefined && matchesReplica(voter.key, key);
      const state = isSame ? voter : this.#observers.get(nameOf(key)) ??
        unknownReplica(key, endpoints);
      if (isSame) before.delete(key.id);
      this.#observers.delete(nameOf(key));
      state.key = key;
      state.endpoints = endpoints;
      now.set(key.id, state);
    }
    for (const state of before.values()) {
      state.endpoints = [];
      this.#observers.set(nameOf(state.key), state);
    }
    this.#voters = now;
  }

  #raiseHighWatermark(): boolean {
    const ends = [...this.#voters.values()].map(({ endOffset }) => endOffset ?? -1)
      .sort((a, b) => b - a);
    // The largest offset that a majority has; the leader counts like anybody else.
    const offset = ends[Math.floor(ends.length / 2)] ?? -1;
    if (offset <= this.epochStartOffset) return false;
    if (this.#highWatermark !== undefined && offset <= this.#highWatermark) return false;
    this.#highWatermark = offset;
    return true;
  }
}

function nameOf({ id, directoryId }: ReplicaKey): string {
  return `${id}:${directoryId ?? ""}`;
}

function unknownReplica(
  key: ReplicaKey,
  endpoints: readonly VoterEndpoint[],
): MutableReplicaState {
  return {
    key,
    endpoints,
    endOffset: undefined,
    lastFetchTimestamp: -1,
    lastCaughtUpTimestamp: -1,
    lastFetchLeaderEndOffset: -1,
  };
}
