/**
 * What the engine needs of the world around it. Everything that decides takes its input, and the time,
 * as arguments; what must reach the world does so through an {@linkcode Env}, so that a whole run can be simulated
 * from a seed.
 *
 * @module
 */

import type { FileSystem } from "./file/file_system.ts";

/** Time. */
export interface Clock {
  /** Wall-clock time, ms since the epoch. */
  now(): number;
  /** A clock that never goes back, in ms with a fraction; only differences mean something. */
  monotonic(): number;
  /**
   * Resolves after `ms` milliseconds; 0 gives way to whatever else waits for the event loop.
   *
   * @throws the signal's reason, when it aborts first
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Randomness. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** `length` random bytes. */
  bytes(length: number): Uint8Array;
}

/** How much a log line matters. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** Receives what the engine has to tell an operator, as data. */
export interface Logger {
  /**
   * Takes one line.
   *
   * @param level how much it matters
   * @param message what happened, without values
   * @param fields the values: offsets, bytes, paths
   */
  write(level: LogLevel, message: string, fields: Readonly<Record<string, unknown>>): void;
}

/** The world as the engine sees it. */
export interface Env {
  /** Files. */
  readonly fileSystem: FileSystem;
  /** Time. */
  readonly clock: Clock;
  /** Randomness. */
  readonly random: Random;
  /** Receives what there is to tell an operator. */
  readonly logger: Logger;
}

/** Drops every line: the default. */
export const silentLogger: Logger = { write() {} };
