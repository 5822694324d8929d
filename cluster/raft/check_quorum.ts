/**
 * Whether a leader still has a majority behind it: one that does not hear from enough voters steps down. Pure.
 *
 * @module
 */

/** The timeout is so many times `controller.quorum.fetch.timeout.ms`; Kafka's `CHECK_QUORUM_TIMEOUT_FACTOR`. */
const TIMEOUT_FACTOR = 1.5;

/** Counts the voters that have fetched. */
export class CheckQuorum {
  readonly #timeoutMs: number;
  readonly #heard = new Set<number>();
  #deadline: number;

  /** The time runs from `now` on, ms since the epoch. */
  constructor(fetchTimeoutMs: number, now: number) {
    this.#timeoutMs = Math.floor(fetchTimeoutMs * TIMEOUT_FACTOR);
    this.#deadline = now + this.#timeoutMs;
  }

  /** When the leader steps down, unless it hears from enough others before. */
  get deadline(): number {
    return this.#deadline;
  }

  /**
   * Notes that a voter has fetched.
   *
   * @param voterId the voter, not the leader
   * @param othersNeeded how many others than the leader make a majority, with the leader if that votes
   */
  heardFrom(voterId: number, othersNeeded: number, now: number): void {
    this.#heard.add(voterId);
    if (this.#heard.size < othersNeeded) return;
    this.#heard.clear();
    this.#deadline = now + this.#timeoutMs;
  }
}
