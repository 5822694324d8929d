/**
 * What a coordinator is made of: pure state, one part of it for each partition of the coordinator's topic, and what its operations put out.
 *
 * @module
 */

import type { ErrorName } from "../../client/protocol/error_codes.ts";

/** The time of an operation. */
export interface Moment {
  /** Wall-clock time, ms since the epoch: for what is written down. */
  readonly wallMs: number;
  /** Time that never goes back, ms: for what is due. */
  readonly monotonicMs: number;
}

/** Where the answer to a request goes. State may keep it until there is an answer; it is answered once. */
export class Reply<R> {
  /** Ties the type of the answer to it; there is never a value. */
  declare protected readonly _response: R;
}

/** The producer of a batch that belongs to a transaction. */
export interface TransactionalProducer {
  /** Its id. */
  readonly producerId: number;
  /** Its epoch. */
  readonly producerEpoch: number;
}

/** An answer, and whom it is for. */
export type CoordinatorAnswer =
  | { readonly reply: Reply<unknown>; readonly response: unknown }
  | { readonly reply: Reply<unknown>; readonly error: ErrorName; readonly message?: string };

/**
 * What an operation puts out. Records are appended as one batch; when they are committed the answers are given and the effects had. When they
 * cannot be appended, all that is forgotten, {@linkcode Output.onAppendFailed} may put the state right, and whoever would have been answered
 * gets the error unless it has answered them otherwise.
 */
export class Output<Rec, Effect = never> {
  /** To be appended. They change the state when they are replayed, after they were. */
  readonly records: Rec[] = [];
  /** To be given. */
  readonly answers: CoordinatorAnswer[] = [];
  /** Timers to be set, by key, in ms from now; `undefined` stops one. */
  readonly timers: Map<string, number | undefined> = new Map();
  /** What is to be had of the world. */
  readonly effects: Effect[] = [];
  /** The transaction that the records belong to; none by default. */
  producer: TransactionalProducer | undefined;
  /**
   * Whether the records are there together or not at all. Those that tidy up need not be: what is too much for one batch then goes into several,
   * and those before one that is refused stay. Records of a transaction always are together.
   */
  isAtomic = true;
  /** Puts the state right when the records cannot be appended. */
  onAppendFailed: ((error: ErrorName, out: Output<Rec, Effect>) => void) | undefined;

  /** Appends a record. */
  append(...records: readonly Rec[]): void {
    this.records.push(...records);
  }

  /** Answers a request. */
  answer<R>(reply: Reply<R>, response: R): void {
    this.answers.push({ reply, response });
  }

  /** Refuses a request. */
  fail(reply: Reply<unknown>, error: ErrorName, message?: string): void {
    this.answers.push({ reply, error, ...(message === undefined ? {} : { message }) });
  }

  /** Sets a timer, in place of one with that key. */
  setTimer(key: string, delayMs: number): void {
    this.timers.set(key, delayMs);
  }

  /** Stops a timer; fine when there is none. */
  cancelTimer(key: string): void {
    this.timers.set(key, undefined);
  }
}

/** Where a record lies, and who wrote it. */
export interface ReplayContext {
  /** Its offset. */
  readonly offset: number;
  /** Its timestamp, ms. */
  readonly timestamp: number;
  /** Its producer's id when it belongs to a transaction, else -1. */
  readonly producerId: number;
  /** That producer's epoch, else -1. */
  readonly producerEpoch: number;
}

/** The state of a coordinator for one partition. It is pure: nothing but these calls changes it, and nothing else than the output comes of them. */
export interface CoordinatorShard<Rec, Effect = never> {
  /** Takes over a record: one that was just appended, or one of those that are read when the partition is loaded. */
  replay(record: Rec, context: ReplayContext): void;
  /** A transaction has ended: what was replayed of it counts from now on, or never. */
  replayEndTransaction(producerId: number, producerEpoch: number, committed: boolean): void;
  /** All records were replayed; operations come next. */
  loaded(out: Output<Rec, Effect>, now: Moment): void;
  /** A timer has gone off. */
  timerExpired(key: string, out: Output<Rec, Effect>, now: Moment): void;
  /** Another broker coordinates the partition from now on: whoever waits is to be told `NOT_COORDINATOR`. */
  unloaded(out: Output<Rec, Effect>): void;
}

/** How records of a coordinator look in its topic. */
export interface CoordinatorSerde<Rec> {
  /** The key. */
  encodeKey(record: Rec): Uint8Array;
  /** The value; `null` makes the record a tombstone. */
  encodeValue(record: Rec): Uint8Array | null;
  /**
   * Reads a record. What is made of it must not hold on to the bytes, whose memory is used again.
   *
   * @returns `undefined` for a type that only later versions know, which is passed over
   * @throws {ProtocolError} when it is damaged
   */
  decode(key: Uint8Array, value: Uint8Array | null): Rec | undefined;
}
