/**
 * The world itself: the machine's disk, its clock and its randomness.
 *
 * @module
 */

import type { Clock, Env, Logger, LogLevel, Random } from "./env.ts";
import { silentLogger } from "./env.ts";
import { DiskFileSystem } from "./file/disk_file_system.ts";

/** Options of {@linkcode systemEnv}. */
export interface SystemEnvOptions {
  /** Descriptors that open files may hold at a time. Default: 512. */
  readonly maxOpenFiles?: number;
  /** Receives what there is to tell an operator. Default: nobody does. */
  readonly logger?: Logger;
}

/**
 * The {@linkcode Env} of a real process.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { systemEnv } from "@seglog/seglog/storage";
 *
 * const env = systemEnv({ maxOpenFiles: 64 });
 * assert(env.clock.now() > 1_700_000_000_000);
 * ```
 */
export function systemEnv(options: SystemEnvOptions = {}): Env {
  return {
    fileSystem: new DiskFileSystem({ maxOpenFiles: options.maxOpenFiles ?? 512 }),
    clock: systemClock,
    random: systemRandom,
    logger: options.logger ?? silentLogger,
  };
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep,
};

/** Longest time that a timer of the runtime takes. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (ms <= 0) return await giveWay(signal);
  let left = ms;
  while (left > LONGEST_TIMER_MS) {
    await timer(LONGEST_TIMER_MS, signal);
    left -= LONGEST_TIMER_MS;
  }
  await timer(left, signal);
}

/** How long work that gives way now and then may keep the runtime from waiting, ms. */
const LONGEST_BUSY_MS = 6;

/** The runtime looks at sockets when it has nothing to do, and otherwise once in so many turns of its event loop. */
const TURNS_TO_SOCKETS = 61;

let lookedAt = -Infinity;

/**
 * Lets others run. While there is always something to do, as with work in slices, a request would take as long as dozens of slices. So every
 * few ms the turns are given away that it takes until the runtime looks at sockets: 0.2 ms, where a timer of 0 ms would sleep for one or two.
 */
async function giveWay(signal: AbortSignal | undefined): Promise<void> {
  if (performance.now() - lookedAt >= LONGEST_BUSY_MS) {
    for (let i = 1; i < TURNS_TO_SOCKETS; i++) await turn();
    lookedAt = performance.now();
  }
  await turn(signal);
}

/** One turn of the event loop. A timer of 0 ms would take one or two ms, half as long as the slices that are cut with it. */
function turn(signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const abort = () => {
      clearImmediate(id);
      reject(signal!.reason);
    };
    const id = setImmediate(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    });
    signal?.addEventListener("abort", abort, { once: true });
  });
}

function timer(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const abort = () => {
      clearTimeout(id);
      reject(signal!.reason);
    };
    const id = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", abort, { once: true });
  });
}

/** Randomness of the machine, fit for ids. */
export const systemRandom: Random = {
  next: () => Math.random(),
  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; at += 65536) {
      crypto.getRandomValues(bytes.subarray(at, Math.min(length, at + 65536)));
    }
    return bytes;
  },
};

/** One line on standard error for each: see {@linkcode logLine}. */
export const consoleLogger: Logger = {
  write(level: LogLevel, message: string, fields: Readonly<Record<string, unknown>>): void {
    console.error(logLine(Date.now(), level, message, fields));
  },
};

/**
 * A log line as text: time, level, message, then `name=value` pairs.
 *
 * @param now the time, ms since the epoch
 */
export function logLine(
  now: number,
  level: LogLevel,
  message: string,
  fields: Readonly<Record<string, unknown>>,
): string {
  const values = Object.entries(fields).map(([name, value]) => ` ${name}=${text(value)}`);
  return `${new Date(now).toISOString()} ${level.toUpperCase()} ${message}${values.join("")}`;
}

function text(value: unknown): string {
  if (value instanceof Error) return JSON.stringify(value.message);
  if (typeof value === "object" && value !== null) return JSON.stringify(value);
  const plain = String(value);
  return /[\s="]/.test(plain) ? JSON.stringify(plain) : plain;
}
