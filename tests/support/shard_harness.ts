/**
 * Drives one `CoordinatorShard` as the runtime does, without a log, a broker or promises: time goes on when a test says so, what is appended
 * is replayed at the next offset, and each request tells what became of it.
 */

import { type ErrorName, KafkaError } from "../../client/protocol/error_codes.ts";
import {
  type CoordinatorSerde,
  type CoordinatorShard,
  type Moment,
  Output,
  Reply,
  type TransactionalProducer,
} from "../../cluster/coordinator/coordinator_shard.ts";

/** What became of a request. */
export interface Pending<R> {
  /** Whether it was answered. */
  readonly isDone: boolean;
  /** The answer; throws while there is none, and when it is an error. */
  readonly response: R;
  /** The error that it was refused with. */
  readonly error: ErrorName | undefined;
  /** The message of that error. */
  readonly message: string | undefined;
  /** Fulfilled with the answer, or rejected with the error. */
  readonly promise: Promise<R>;
}

/** What the log of a harness holds. */
export type LogEntry<Rec> =
  | {
    readonly record: Rec;
    readonly timestamp: number;
    readonly producer: TransactionalProducer | undefined;
  }
  | { readonly marker: TransactionalProducer; readonly committed: boolean };

/** Options of a {@linkcode ShardHarness}. */
export interface HarnessOptions<Rec> {
  /** Records are read back from their bytes when the shard is loaded again. Without it they are taken as they are. */
  readonly serde?: CoordinatorSerde<Rec>;
  /** Wall-clock time to start at, ms. */
  readonly wallMs?: number;
  /** Runs when there is anything to check: after each operation, timer and load. */
  readonly check?: () => void;
}

class Request<R> implements Pending<R> {
  isDone = false;
  error: ErrorName | undefined;
  message: string | undefined;
  #response: R | undefined;
  readonly #settled = Promise.withResolvers<R>();

  constructor() {
    this.#settled.promise.catch(() => {});
  }

  get promise(): Promise<R> {
    return this.#settled.promise;
  }

  get response(): R {
    if (!this.isDone) throw new Error("There is no answer yet");
    if (this.error !== undefined) throw new KafkaError(this.error, this.message);
    return this.#response as R;
  }

  resolve(response: R): void {
    this.#end();
    this.#response = response;
    this.#settled.resolve(response);
  }

  reject(error: ErrorName, message: string | undefined): void {
    this.#end();
    this.error = error;
    this.message = message;
    this.#settled.reject(new KafkaError(error, message));
  }

  #end(): void {
    if (this.isDone) throw new Error("A request was answered twice");
    this.isDone = true;
  }
}

/** One partition of a coordinator's topic. */
export class ShardHarness<
  S extends CoordinatorShard<Rec, Effect>,
  Rec,
  Effect = never,
> {
  /** The state at work. */
  shard: S;
  /** All that was appended. */
  readonly log: LogEntry<Rec>[] = [];
  /** What was wanted of the world. */
  readonly effects: Effect[] = [];
  /** The timers that are set, with the monotonic time when they go off. */
  readonly timers: Map<string, number> = new Map();
  readonly #newShard: () => S;
  readonly #options: HarnessOptions<Rec>;
  readonly #waiting = new Map<Reply<unknown>, Request<unknown>>();
  readonly #failures: ErrorName[] = [];
  #wallMs: number;
  #monotonicMs = 1_000;

  /** Starts with an empty log, loaded. */
  constructor(newShard: () => S, options: HarnessOptions<Rec> = {}) {
    this.#newShard = newShard;
    this.#options = options;
    this.#wallMs = options.wallMs ?? 1_700_000_000_000;
    this.shard = newShard();
    this.#load();
  }

  /** The time. */
  get now(): Moment {
    return { wallMs: this.#wallMs, monotonicMs: this.#monotonicMs };
  }

  /** The records appended, without markers. */
  get records(): Rec[] {
    return this.log.flatMap((entry) => "record" in entry ? [entry.record] : []);
  }

  /** How many requests wait for their answer. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Runs an operation; what it throws is its answer when it is a `KafkaError`. */
  run<R>(
    operation: (shard: S, reply: Reply<R>, out: Output<Rec, Effect>, now: Moment) => void,
  ): Pending<R> {
    const request = new Request<R>();
    const reply = new Reply<R>();
    const out = new Output<Rec, Effect>();
    this.#waiting.set(reply, request as Request<unknown>);
    try {
      operation(this.shard, reply, out, this.now);
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error;
      this.#waiting.delete(reply);
      request.reject(error.code, error.message);
      return request;
    }
    this.#process(out);
    this.#options.check?.();
    return request;
  }

  /** Runs an operation that is to be answered at once. Returns the answer, or throws the error. */
  call<R>(
    operation: (shard: S, reply: Reply<R>, out: Output<Rec, Effect>, now: Moment) => void,
  ): R {
    return this.run(operation).response;
  }

  /** The next append fails, and after it as many as this is called. */
  failAppend(error: ErrorName = "NOT_ENOUGH_REPLICAS"): void {
    this.#failures.push(error);
  }

  /** Ends a transaction, as its marker does. */
  endTransaction(marker: TransactionalProducer, committed: boolean): void {
    this.log.push({ marker, committed });
    this.shard.replayEndTransaction(marker.producerId, marker.producerEpoch, committed);
    this.#options.check?.();
  }

  /** Lets time pass; timers go off at their times, in order. */
  advance(ms: number): void {
    const end = this.#monotonicMs + ms;
    while (true) {
      let next: [string, number] | undefined;
      for (const timer of this.timers) {
        if (timer[1] <= end && (next === undefined || timer[1] < next[1])) next = timer;
      }
      if (next === undefined) break;
      this.timers.delete(next[0]);
      this.#passTo(Math.max(next[1], this.#monotonicMs));
      const out = new Output<Rec, Effect>();
      this.shard.timerExpired(next[0], out, this.now);
      this.#process(out);
      this.#options.check?.();
    }
    this.#passTo(end);
  }

  /** Another broker takes over, and this one after it: who waits is refused, and a new shard replays the log. */
  reload(): void {
    const out = new Output<Rec, Effect>();
    this.shard.unloaded(out);
    this.timers.clear();
    this.#answer(out);
    if (this.#waiting.size > 0) throw new Error(`${this.#waiting.size} requests were forgotten`);
    this.crash();
  }

  /** The broker ends without a word, and comes back: a new shard replays the log. */
  crash(): void {
    this.timers.clear();
    this.#waiting.clear();
    this.shard = this.#newShard();
    this.#load();
    this.#options.check?.();
  }

  #passTo(monotonicMs: number): void {
    this.#wallMs += monotonicMs - this.#monotonicMs;
    this.#monotonicMs = monotonicMs;
  }

  #load(): void {
    const { serde } = this.#options;
    for (const [offset, entry] of this.log.entries()) {
      if ("marker" in entry) {
        const { producerId, producerEpoch } = entry.marker;
        this.shard.replayEndTransaction(producerId, producerEpoch, entry.committed);
        continue;
      }
      const record = serde === undefined
        ? entry.record
        : serde.decode(serde.encodeKey(entry.record), serde.encodeValue(entry.record));
      if (record !== undefined) this.#replay(record, offset, entry.timestamp, entry.producer);
    }
    const out = new Output<Rec, Effect>();
    this.shard.loaded(out, this.now);
    this.#process(out);
  }

  #replay(
    record: Rec,
    offset: number,
    timestamp: number,
    producer: TransactionalProducer | undefined,
  ): void {
    this.shard.replay(record, {
      offset,
      timestamp,
      producerId: producer?.producerId ?? -1,
      producerEpoch: producer?.producerEpoch ?? -1,
    });
  }

  #process(out: Output<Rec, Effect>): void {
    const error = out.records.length > 0 ? this.#failures.shift() : undefined;
    if (error !== undefined) return this.#appendFailed(out, error);
    const { producer } = out;
    for (const record of out.records) {
      this.log.push({ record, timestamp: this.#wallMs, producer });
      this.#replay(record, this.log.length - 1, this.#wallMs, producer);
    }
    for (const [key, delayMs] of out.timers) {
      if (delayMs === undefined) this.timers.delete(key);
      else this.timers.set(key, this.#monotonicMs + delayMs);
    }
    this.#answer(out);
    this.effects.push(...out.effects);
  }

  #appendFailed(out: Output<Rec, Effect>, error: ErrorName): void {
    const mended = new Output<Rec, Effect>();
    out.onAppendFailed?.(error, mended);
    const answered = new Set(mended.answers.map(({ reply }) => reply));
    for (const { reply } of out.answers) if (!answered.has(reply)) mended.fail(reply, error);
    this.#process(mended);
  }

  #answer(out: Output<Rec, Effect>): void {
    for (const answer of out.answers) {
      const request = this.#waiting.get(answer.reply);
      if (request === undefined) {
        throw new Error("An answer went to nobody, or for the second time");
      }
      this.#waiting.delete(answer.reply);
      if ("error" in answer) request.reject(answer.error, answer.message);
      else request.resolve(answer.response);
    }
  }
}
