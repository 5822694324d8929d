/**
 * Who is in sync with the leader of a partition (Kafka's `PartitionState`): as the controller has settled it, and as it was asked to
 * settle it. Pure.
 *
 * @module
 */

/** What the controller is asked for; one at a time. */
export interface IsrProposal {
  /**
   * The brokers that are to be in sync, the leader among them, with the epochs in which they have fetched; -1 for who has not said.
   * They are those of the proposal's time: a broker that has restarted since may have lost what made it eligible (KIP-903).
   */
  readonly isr: ReadonlyMap<number, number>;
  /** Who would be added; `undefined` when some would go. */
  readonly added: number | undefined;
}

/** The ISR of a partition that this broker leads. */
export class InSyncReplicas {
  #committed: ReadonlySet<number> = new Set();
  #proposal: IsrProposal | undefined;
  #maximal: ReadonlySet<number> = this.#committed;

  /** As the controller has settled it. */
  get committed(): ReadonlySet<number> {
    return this.#committed;
  }

  /**
   * Everybody who may be in sync, whatever becomes of the proposal: records are committed when all of these have them. Who is to be
   * added counts at once, as the controller may have done it before the answer is here; who is to go counts until it is.
   */
  get maximal(): ReadonlySet<number> {
    return this.#maximal;
  }

  /** What the controller is being asked for. */
  get proposal(): IsrProposal | undefined {
    return this.#proposal;
  }

  /** The controller has settled it, whatever it was asked for. */
  commit(isr: ReadonlySet<number>): void {
    this.#committed = this.#maximal = isr;
    this.#proposal = undefined;
  }

  /** Proposes that a follower be in sync; `undefined` when it is, or another proposal is under way. */
  expand(brokerId: number, epochOf: (brokerId: number) => number): IsrProposal | undefined {
    if (this.#proposal !== undefined || this.#committed.has(brokerId)) return undefined;
    this.#maximal = new Set(this.#committed).add(brokerId);
    return this.#proposal = { isr: withEpochs(this.#maximal, epochOf), added: brokerId };
  }

  /** Proposes that followers be in sync no more; `undefined` when there are none of them, or another proposal is under way. */
  shrink(
    brokerIds: readonly number[],
    epochOf: (brokerId: number) => number,
  ): IsrProposal | undefined {
    if (this.#proposal !== undefined || brokerIds.length === 0) return undefined;
    const stay = [...this.#committed].filter((id) => !brokerIds.includes(id));
    return this.#proposal = { isr: withEpochs(stay, epochOf), added: undefined };
  }

  /** The controller has not done it, for sure. */
  reject(): void {
    this.#maximal = this.#committed;
    this.#proposal = undefined;
  }
}

function withEpochs(
  brokerIds: Iterable<number>,
  epochOf: (brokerId: number) => number,
): ReadonlyMap<number, number> {
  return new Map([...brokerIds].map((id) => [id, epochOf(id)]));
}
