import { assert, assertEquals } from "@std/assert";
import { cleanLog } from "../../storage/cleaner/clean_log.ts";
import { parseCleanerConfig } from "../../storage/cleaner/cleaner_config.ts";
import { Log } from "../../storage/embedded/log.ts";
import type { LogRecord } from "../../storage/embedded/log_record.ts";
import { LogUnavailableError, OffsetOutOfRangeError } from "../../storage/errors.ts";
import { MemoryFileSystem } from "../../storage/file/memory_file_system.ts";
import { string } from "../../storage/serde/string.ts";
import { SeededRandom } from "../support/manual_env.ts";
import { silentLogger } from "../../storage/env.ts";
import { ModelLog, type ModelRecord } from "./model_log.ts";
import { ScheduledClock } from "./scheduled_clock.ts";

/**
 * Cleaning gives way again and again, and anything may happen to the log then: appends, rolls, truncations, deletions at its start,
 * reads that are half done, tails, and its closing. Whatever the order, every reader finds what the model says, or the
 * cleaning stops. `SEED=n` runs one history alone.
 */

const histories = Number(Deno.env.get("INTERLEAVINGS") ?? 500);
const onlySeed = Deno.env.get("SEED");
const directory = "/events";
const RETENTION_MS = 20_000;

const cleanerConfig = parseCleanerConfig({
  "log.cleaner.dedupe.buffer.size": "10000",
  "log.cleaner.io.buffer.size": "4096",
});

type TextLog = Log<string, string>;
type TextRecord = LogRecord<string, string>;

/** A cleaning under way. */
interface Cleaning {
  readonly abort: AbortController;
  /** Something was done to the log that may stop it. */
  isDisturbed: boolean;
  /** It may have removed what is superseded below. */
  bound: number;
  outcome: { readonly error?: unknown } | undefined;
}

/** A reader that waits at the end of the log. */
interface Tail {
  readonly records: AsyncGenerator<TextRecord>;
  next: number;
  isOver: boolean;
}

class Interleaving {
  readonly trace: string[] = [];
  readonly random: SeededRandom;
  readonly #clock = new ScheduledClock();
  readonly #env;
  readonly #model = new ModelLog();
  /** Whether the log is truncated at times; readers that are at work then could not know. */
  readonly #truncates: boolean;
  /** By offset, all that was ever there. */
  readonly #written: ModelRecord[] = [];
  #log: TextLog;
  #cleaning: Cleaning | undefined;
  #reader: { readonly iterator: Iterator<TextRecord>; next: number } | undefined;
  #tail: Tail | undefined;
  readonly #gone = new Set<number>();
  #failure: unknown;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
    this.#truncates = seed % 2 === 0;
    this.#env = {
      fileSystem: new MemoryFileSystem({ now: () => this.#clock.now() }),
      clock: this.#clock,
      random: this.random,
      logger: silentLogger,
    };
    this.#log = this.#open();
    for (let i = 0; i < 8; i++) this.#append();
  }

  #open(): TextLog {
    return Log.open<string, string>(directory, {
      env: this.#env,
      serde: string(),
      keySerde: string(),
      internalSegmentBytes: 500,
      indexIntervalBytes: 100,
      cleanupPolicy: ["compact", "delete"],
      retentionMs: RETENTION_MS,
      fileDeleteDelayMs: 0,
      minCleanableDirtyRatio: 0,
    });
  }

  #append(): void {
    const timestamp = this.#clock.now();
    const records = Array.from({ length: 1 + this.random.below(4) }, () => ({
      key: `k${this.random.below(6)}`,
      value: this.random.chance(0.15)
        ? null
        : "v".repeat(this.random.below(50)) + this.random.below(1000),
      timestamp,
    }));
    const { baseOffset, lastOffset } = this.#log.append(records);
    assertEquals(baseOffset, this.#model.end);
    for (const [i, record] of records.entries()) {
      const entry = { ...record, offset: baseOffset + i, batchEnd: lastOffset };
      this.#model.append(entry);
      this.#written[entry.offset] = entry;
    }
    this.#clock.set(timestamp + 300);
  }

  /** May what is done next stop the cleaning? */
  #disturb(): void {
    if (this.#cleaning !== undefined) this.#cleaning.isDisturbed = true;
  }

  readonly steps: Readonly<Record<string, () => unknown>> = {
    append: () => this.#append(),
    roll: () => void this.#log.partitionLog.roll(),
    flush: () => void this.#log.flush(),
    clean: () => {
      if (this.#cleaning !== undefined) return;
      const abort = new AbortController();
      const log = this.#log;
      const cleaning: Cleaning = {
        abort,
        isDisturbed: false,
        bound: log.partitionLog.activeSegment.baseOffset,
        outcome: undefined,
      };
      this.#cleaning = cleaning;
      const { signal } = abort;
      cleanLog(this.#env, log.partitionLog, { config: cleanerConfig, signal, sliceMs: 0 })
        .then(() => cleaning.outcome = {}, (error) => cleaning.outcome = { error });
    },
    compact: () => {
      // The embedded log remembers how far it is clean; it does not know of truncations.
      if (this.#cleaning !== undefined || this.#truncates) return;
      const cleaning: Cleaning = {
        abort: new AbortController(),
        isDisturbed: false,
        bound: this.#log.logEndOffset,
        outcome: undefined,
      };
      this.#cleaning = cleaning;
      this.#log.compact()
        .then(() => cleaning.outcome = {}, (error) => cleaning.outcome = { error });
    },
    giveWay: () => this.#clock.wake(this.random.below(Math.max(1, this.#clock.waiting))),
    abort: () => {
      this.#disturb();
      this.#cleaning?.abort.abort(new DOMException("Enough", "AbortError"));
    },
    truncate: () => {
      if (!this.#truncates) return;
      this.#disturb();
      const { start, end } = this.#model;
      const target = start + this.random.below(end - start + 1);
      this.#log.partitionLog.truncateTo(target);
      // What is new there has nothing to do with it.
      if (this.#cleaning !== undefined) {
        this.#cleaning.bound = Math.min(this.#cleaning.bound, target);
      }
      this.#model.truncateTo(target);
    },
    deleteRecords: () => {
      // Below the log start it goes on, unless retention takes a segment away.
      const { start, end } = this.#model;
      const offset = start + this.random.below(Math.ceil((end - start) / 2) + 1);
      this.#log.deleteRecords(offset);
      this.#model.deleteRecords(offset);
    },
    retain: () => {
      this.#disturb();
      this.#clock.set(this.#clock.now() + this.random.below(4000));
      const expired = this.#clock.now() - RETENTION_MS;
      this.#log.applyRetention();
      const start = this.#log.logStartOffset;
      for (const { offset, timestamp } of this.#model.readFrom(this.#model.start)) {
        assert(offset >= start || timestamp < expired, `offset ${offset} went too early`);
      }
      this.#model.deleteRecords(start);
    },
    startReader: () => {
      if (this.#truncates || this.#reader !== undefined) return;
      this.#reader = { iterator: this.#log.read(), next: this.#model.start };
    },
    read: () => {
      for (let i = this.random.below(4); i >= 0 && this.#reader !== undefined; i--) this.#readOn();
    },
    startTail: () => {
      if (this.#truncates || this.#tail !== undefined) return;
      const next = this.#model.start;
      this.#tail = { records: this.#log.tail({ from: next }), next, isOver: false };
      void this.#follow(this.#tail);
    },
    reopen: async () => {
      this.#disturb();
      this.#log.close();
      const tail = this.#tail;
      await this.#runCleaning();
      if (tail !== undefined) {
        await this.#clock.settle();
        assert(tail.isOver, "a tail goes on though its log was closed");
      }
      this.#reader = this.#tail = undefined;
      this.#log = this.#open();
      // A log that is opened ends behind its last batch, even if a truncation had left room.
      const end = this.#log.logEndOffset;
      assert(end <= this.#model.end && end > (this.#model.records.at(-1)?.offset ?? -1));
      this.#model.end = end;
      this.#model.start = Math.min(this.#model.start, end);
    },
  };

  #readOn(): void {
    const reader = this.#reader!;
    let step: IteratorResult<TextRecord>;
    try {
      step = reader.iterator.next();
    } catch (error) {
      assert(error instanceof OffsetOutOfRangeError && reader.next < this.#model.start, `${error}`);
      this.#reader = undefined;
      return;
    }
    if (step.done) {
      this.#reader = undefined;
      return;
    }
    this.#got(step.value, reader.next);
    reader.next = step.value.offset + 1;
  }

  async #follow(tail: Tail): Promise<void> {
    try {
      for await (const record of tail.records) {
        this.#got(record, tail.next);
        tail.next = record.offset + 1;
      }
    } catch (error) {
      const isGone = error instanceof OffsetOutOfRangeError && tail.next < this.#model.start;
      if (!isGone && !this.#log.isClosed) this.#failure = error;
    }
    tail.isOver = true;
    if (this.#tail === tail) this.#tail = undefined;
  }

  /** A reader that stood at `next` was given a record. */
  #got({ offset, key, value }: TextRecord, next: number): void {
    const written = this.#written[offset]!;
    assertEquals([key, value], [written.key, written.value], `offset ${offset}`);
    assert(offset >= next, `offset ${offset} comes after ${next - 1}`);
    if (this.#log.isClosed) return;
    const from = Math.max(next, this.#log.logStartOffset);
    const passedOver = from < offset ? [...this.#log.read({ from, to: offset })] : [];
    assertEquals(passedOver, [], "a reader passed over a record that is there");
  }

  /** What is in the log, against the model. */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
    const model = this.#model;
    const log = this.#log;
    assertEquals([log.logStartOffset, log.logEndOffset], [model.start, model.end]);
    const there = new Map<number, TextRecord>();
    for (const record of log.read()) there.set(record.offset, record);
    const bound = this.#cleaning?.bound ?? 0;
    const newest = new Map<string, number>();
    for (const { key, offset } of model.records) if (offset < bound) newest.set(key, offset);
    for (const { key, offset, value } of model.readFrom(model.start)) {
      const found = there.get(offset);
      if (found === undefined) {
        assert(
          offset < bound && newest.get(key)! > offset,
          `offset ${offset} (${key}) is gone; cleaned below ${bound}, newest ${newest.get(key)}`,
        );
      } else assertEquals([found.key, found.value], [key, value], `offset ${offset}`);
      there.delete(offset);
      if (found === undefined) this.#gone.add(offset);
    }
    assertEquals([...there.keys()], [], "records that should not be there");
    if (this.#gone.size > 0) {
      model.records = model.records.filter(({ offset }) => !this.#gone.has(offset));
      this.#gone.clear();
    }
    this.#settleCleaning();
  }

  /** Looks at how a cleaning ended, if it has. */
  #settleCleaning(): void {
    const cleaning = this.#cleaning;
    if (cleaning?.outcome === undefined) return;
    this.#cleaning = undefined;
    const { error } = cleaning.outcome;
    if (error !== undefined) {
      const isAborted = error instanceof DOMException && error.name === "AbortError";
      const isClosed = error instanceof LogUnavailableError;
      if (!cleaning.isDisturbed || !(isAborted || isClosed)) throw error;
      return;
    }
    const seen = new Set<string>();
    for (const { key, offset } of this.#model.readFrom(this.#model.start)) {
      if (offset >= cleaning.bound) break;
      assert(!seen.has(key), `${key} is there twice below ${cleaning.bound}, at ${offset} too`);
      seen.add(key);
    }
  }

  /** Lets the cleaning come to its end. */
  async #runCleaning(): Promise<void> {
    for (let i = 0; this.#cleaning !== undefined && this.#cleaning.outcome === undefined; i++) {
      assert(i < 10_000, "the cleaning does not end");
      await this.#clock.wake(0);
    }
    if (this.#cleaning !== undefined && this.#log.isClosed) {
      const { error } = this.#cleaning.outcome!;
      const isAborted = error instanceof DOMException && error.name === "AbortError";
      assert(
        error === undefined || isAborted || error instanceof LogUnavailableError,
        `${(error as Error)?.stack}`,
      );
      this.#cleaning = {
        ...this.#cleaning,
        outcome: { error: new DOMException("", "AbortError") },
      };
    }
  }

  async step(name: string): Promise<void> {
    this.trace.push(name);
    await this.steps[name]!();
    await this.#clock.settle();
    this.check();
  }

  async end(): Promise<void> {
    await this.#runCleaning();
    this.check();
    this.#log.close();
    await this.#clock.settle();
    this.#log = this.#open();
    this.#model.end = this.#log.logEndOffset;
    this.#model.start = Math.min(this.#model.start, this.#model.end);
    this.check();
    this.#log.close();
    const leftover = this.#env.fileSystem.list(directory).filter(({ name }) =>
      /\.(?:cleaned|swap|deleted)$/.test(name)
    );
    assertEquals(leftover, []);
  }
}

const weights: Readonly<Record<string, number>> = {
  append: 4,
  roll: 1,
  flush: 1,
  clean: 4,
  compact: 0.5,
  giveWay: 16,
  abort: 0.3,
  truncate: 0.8,
  deleteRecords: 1,
  retain: 0.7,
  startReader: 1,
  read: 3,
  startTail: 0.5,
  reopen: 0.5,
};
const lottery = Object.entries(weights).flatMap(([step, weight]) =>
  Array.from({ length: Math.round(weight * 10) }, () => step)
);

async function run(seed: number): Promise<Interleaving> {
  const history = new Interleaving(seed);
  const length = 30 + history.random.below(60);
  try {
    history.check();
    for (let i = 0; i < length; i++) await history.step(history.random.pick(lottery));
    await history.end();
  } catch (cause) {
    throw new Error(`SEED=${seed} after ${history.trace.join(" ")}`, { cause });
  }
  return history;
}

Deno.test("whatever happens to a log between two slices of its cleaning, readers find what they should", async () => {
  if (onlySeed !== undefined) return void await run(Number(onlySeed));
  for (let seed = 1; seed <= histories; seed++) await run(seed);
});
