/**
 * A world that a test moves by hand: time stands still until {@linkcode ManualClock.advance}, randomness comes from a seed, files are
 * in memory, and log lines are kept.
 */

import type { Clock, Env, Logger, LogLevel, Random } from "../../storage/env.ts";
import type { FileSystem } from "../../storage/file/file_system.ts";
import { MemoryFileSystem } from "../../storage/file/memory_file_system.ts";

interface Sleeper {
  readonly wakeAt: number;
  readonly order: number;
  readonly wake: () => void;
}

/** A clock that goes on only when it is told to; sleepers wake on the way, in the order of their times. */
export class ManualClock implements Clock {
  #now: number;
  #monotonic = 0;
  #order = 0;
  #sleepers: Sleeper[] = [];

  /** @param now wall-clock time to start at, ms since the epoch */
  constructor(now = 1_700_000_000_000) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  /** How many sleep. */
  get sleeping(): number {
    return this.#sleepers.length;
  }

  /** `sleep(0)` resolves without the clock going on. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (ms <= 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal!.reason);
      };
      const wake = () => {
        signal?.removeEventListener("abort", abort);
        resolve();
      };
      const sleeper: Sleeper = { wakeAt: this.#monotonic + ms, order: this.#order++, wake };
      this.#sleepers.push(sleeper);
      signal?.addEventListener("abort", abort, { once: true });
    });
  }

  /**
   * Lets `ms` pass. Whoever is due wakes in order, each at its own time, and what it starts runs as far as promises go before
   * the clock goes on; a loop that sleeps again within `ms` therefore runs as often as it would.
   */
  async advance(ms: number): Promise<void> {
    const end = this.#monotonic + ms;
    await settle();
    while (true) {
      const next = this.#sleepers
        .filter((sleeper) => sleeper.wakeAt <= end)
        .sort((a, b) => a.wakeAt - b.wakeAt || a.order - b.order)[0];
      if (next === undefined) break;
      this.#sleepers = this.#sleepers.filter((sleeper) => sleeper !== next);
      this.#to(next.wakeAt);
      next.wake();
      await settle();
    }
    this.#to(end);
  }

  /** Moves the time at once; nobody wakes. For code that is synchronous. */
  set(now: number): void {
    this.#now = now;
  }

  #to(monotonic: number): void {
    this.#now += monotonic - this.#monotonic;
    this.#monotonic = monotonic;
  }
}

/** Lets chains of promises run; each turn is a macrotask, so that whatever has been resolved has been seen. */
async function settle(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    await new Promise<void>((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        port2.close();
        resolve();
      };
      port2.postMessage(undefined);
    });
  }
}

/** Numbers from a seed: Chris Doty-Humphrey's sfc32. */
export class SeededRandom implements Random {
  #a: number;
  #b: number;
  #c = 0x9e3779b9;
  #counter = 1;

  constructor(seed: number) {
    this.#a = seed | 0;
    this.#b = Math.floor(seed / 2 ** 32) | 0;
    for (let i = 0; i < 15; i++) this.#next32();
  }

  next(): number {
    return this.#next32() / 2 ** 32;
  }

  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) bytes[i] = this.#next32() >>> 24;
    return bytes;
  }

  /** An integer in [0, below). */
  below(below: number): number {
    return Math.floor(this.next() * below);
  }

  /** One of them. */
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  /** Whether something happens that has this probability. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  #next32(): number {
    const t = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + t | 0;
    return t >>> 0;
  }
}

/** One log line. */
export interface LogLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Keeps every line. */
export class CollectingLogger implements Logger {
  readonly lines: LogLine[] = [];

  write(level: LogLevel, message: string, fields: Readonly<Record<string, unknown>>): void {
    this.lines.push({ level, message, fields });
  }

  /** The lines whose message holds `text`, of any level or of the one given. */
  matching(text: string, level?: LogLevel): LogLine[] {
    return this.lines.filter((line) =>
      line.message.includes(text) && (level === undefined || line.level === level)
    );
  }
}

/** What {@linkcode manualEnv} gives: an {@linkcode Env} whose parts the test can reach. */
export interface ManualEnv<F extends FileSystem = MemoryFileSystem> extends Env {
  readonly fileSystem: F;
  readonly clock: ManualClock;
  readonly random: SeededRandom;
  readonly logger: CollectingLogger;
}

/** Options of {@linkcode manualEnv}. */
export interface ManualEnvOptions {
  /** Seed of the randomness. Default: 1. */
  readonly seed?: number;
  /** Wall-clock time to start at, ms since the epoch. Default: 1700000000000. */
  readonly now?: number;
}

/** A fresh world in memory. */
export function manualEnv(options?: ManualEnvOptions): ManualEnv;
/** A fresh world over a given file system, for example a faulty one. */
export function manualEnv<F extends FileSystem>(
  options: ManualEnvOptions & { readonly fileSystem: F },
): ManualEnv<F>;
export function manualEnv(
  options: ManualEnvOptions & { readonly fileSystem?: FileSystem } = {},
): ManualEnv<FileSystem> {
  const clock = new ManualClock(options.now);
  return {
    fileSystem: options.fileSystem ?? new MemoryFileSystem({ now: () => clock.now() }),
    clock,
    random: new SeededRandom(options.seed ?? 1),
    logger: new CollectingLogger(),
  };
}
