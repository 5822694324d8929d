/**
 * The states of a transaction.
 *
 * @module
 */

/** A state, by the name that tools show. */
export type TransactionState =
  | "Empty"
  | "Ongoing"
  | "PrepareCommit"
  | "PrepareAbort"
  | "CompleteCommit"
  | "CompleteAbort"
  | "Dead"
  | "PrepareEpochFence";

/** In the order of their numbers in the log. */
const STATES: readonly TransactionState[] = [
  "Empty",
  "Ongoing",
  "PrepareCommit",
  "PrepareAbort",
  "CompleteCommit",
  "CompleteAbort",
  "Dead",
  "PrepareEpochFence",
];

/**
 * Which states may come before a state. `Dead` and `PrepareEpochFence` are steps that Kafka keeps in memory only; here they are over as soon
 * as they have begun, and they are known because a log might name them.
 */
const BEFORE: Readonly<Partial<Record<TransactionState, readonly TransactionState[]>>> = {
  Empty: ["Empty", "CompleteCommit", "CompleteAbort"],
  Ongoing: ["Ongoing", "Empty", "CompleteCommit", "CompleteAbort"],
  PrepareCommit: ["Ongoing"],
  // From a state without a transaction, when a client of version 2 aborts what it is not sure to have begun.
  PrepareAbort: ["Ongoing", "Empty", "CompleteCommit", "CompleteAbort"],
  CompleteCommit: ["PrepareCommit"],
  CompleteAbort: ["PrepareAbort"],
};

/** The number of a state in the log. */
export function transactionStateId(state: TransactionState): number {
  return STATES.indexOf(state);
}

/** The state that has a number in the log; `undefined` for none. */
export function transactionStateOf(id: number): TransactionState | undefined {
  return STATES[id];
}

/** Whether a name is that of a state. */
export function isTransactionState(name: string): name is TransactionState {
  return STATES.includes(name as TransactionState);
}

/** Whether a transaction may go from a state to another. */
export function mayFollow(from: TransactionState, to: TransactionState): boolean {
  return BEFORE[to]?.includes(from) ?? false;
}

/** Whether it is decided how the transaction ends, and its partitions have yet to be told: until then nothing else can be done with it. */
export function isEnding(state: TransactionState): state is "PrepareCommit" | "PrepareAbort" {
  return state === "PrepareCommit" || state === "PrepareAbort";
}

/** Whether there is no transaction: the id may begin one, or be forgotten. */
export function isIdle(
  state: TransactionState,
): state is "Empty" | "CompleteCommit" | "CompleteAbort" {
  return state === "Empty" || state === "CompleteCommit" || state === "CompleteAbort";
}
