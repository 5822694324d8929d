/** A small coordinator for tests of the runtime: accounts by name, with sums that must not fall below zero. */

import type {
  CoordinatorSerde,
  CoordinatorShard,
  Moment,
  Output,
  ReplayContext,
  Reply,
} from "../../cluster/coordinator/coordinator_shard.ts";

/** The sum of an account, or its end. */
export interface LedgerRecord {
  readonly account: string;
  readonly sum: number | null;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Keys are names, values decimal numbers; names with `?` are of a later version. */
export const ledgerSerde: CoordinatorSerde<LedgerRecord> = {
  encodeKey: ({ account }) => encoder.encode(account),
  encodeValue: ({ sum }) => sum === null ? null : encoder.encode(String(sum)),
  decode(key, value) {
    const account = decoder.decode(key);
    if (account.startsWith("?")) return undefined;
    return { account, sum: value === null ? null : Number(decoder.decode(value)) };
  },
};

/** What an operation may want of the world. */
export type LedgerEffect = string;

/** The accounts of a partition. */
export class LedgerShard implements CoordinatorShard<LedgerRecord, LedgerEffect> {
  readonly sums = new Map<string, number>();
  readonly pending = new Map<number, Map<string, number | null>>();
  readonly offsets: number[] = [];
  readonly expired: string[] = [];
  readonly waiting: Reply<number>[] = [];
  wasLoaded = false;
  /** Told of each timer that goes off. */
  onTimer: (key: string) => void = () => {};

  constructor(readonly partition: number, readonly epoch: number) {}

  replay({ account, sum }: LedgerRecord, { offset, producerId }: ReplayContext): void {
    this.offsets.push(offset);
    if (producerId >= 0) {
      const changes = this.pending.get(producerId) ?? new Map<string, number | null>();
      this.pending.set(producerId, changes.set(account, sum));
    } else this.#set(account, sum);
  }

  replayEndTransaction(producerId: number, _epoch: number, committed: boolean): void {
    const changes = this.pending.get(producerId) ?? [];
    this.pending.delete(producerId);
    if (committed) { for (const [account, sum] of changes) this.#set(account, sum); }
  }

  loaded(out: Output<LedgerRecord, LedgerEffect>): void {
    this.wasLoaded = true;
    out.setTimer("interest", 1000);
  }

  timerExpired(key: string, out: Output<LedgerRecord, LedgerEffect>, now: Moment): void {
    this.expired.push(`${key} ${now.monotonicMs}`);
    this.onTimer(key);
    if (key === "tell") { for (const reply of this.waiting.splice(0)) out.answer(reply, 42); }
  }

  unloaded(out: Output<LedgerRecord, LedgerEffect>): void {
    for (const reply of this.waiting.splice(0)) out.fail(reply, "NOT_COORDINATOR");
  }

  #set(account: string, sum: number | null): void {
    if (sum === null) this.sums.delete(account);
    else this.sums.set(account, sum);
  }
}
