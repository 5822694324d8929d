/**
 * The broker properties of the cleaner, as Kafka's `CleanerConfig`, and two of this engine.
 *
 * @module
 */

import { InvalidConfigError } from "../errors.ts";
import {
  anyValue,
  type ConfigDefinition,
  type ConfigValidator,
  inRange,
  parseConfigTable,
} from "../log/config/config_definition.ts";
import type { ConfigTexts } from "../log/config/log_config.ts";

/** How logs are cleaned. Sizes in bytes, times in ms. */
export interface CleanerConfig {
  /** `log.cleaner.threads`: how many logs are cleaned at once. */
  readonly numThreads: number;
  /** `log.cleaner.dedupe.buffer.size`: memory of all offset maps together. */
  readonly dedupeBufferSize: number;
  /** `log.cleaner.io.buffer.load.factor`: how full an offset map may get, 0 to 1. */
  readonly dedupeBufferLoadFactor: number;
  /** `log.cleaner.io.buffer.size`: memory of all buffers for reading and writing together. */
  readonly ioBufferSize: number;
  /** `log.cleaner.io.max.bytes.per.second`: limit on reading and writing together; `Infinity` for none. */
  readonly maxIoBytesPerSecond: number;
  /** `log.cleaner.backoff.ms`: how long to sleep when no log needs cleaning. */
  readonly backoffMs: number;
  /** `seglog.cleaner.retry.backoff.ms`: how long a log whose cleaning failed is left alone; doubled with each failure. */
  readonly retryBackoffMs: number;
  /** `seglog.cleaner.retry.backoff.max.ms`: the longest that becomes. */
  readonly retryBackoffMaxMs: number;
}

function row(
  name: string,
  type: ConfigDefinition["type"],
  defaultValue: string,
  validator: ConfigValidator,
  documentation: string,
): ConfigDefinition {
  const seglog = name.startsWith("seglog.");
  return {
    name,
    type,
    defaultValue,
    validator,
    documentation,
    brokerSynonyms: [],
    internal: false,
    seglog,
  };
}

/** Every broker property of the cleaner itself; those that give defaults to topics are in `TOPIC_CONFIGS`. */
export const CLEANER_CONFIGS: readonly ConfigDefinition[] = [
  row(
    "log.cleaner.threads",
    "int",
    "1",
    inRange(0),
    "How many logs are cleaned at once. They take turns on one processor, but do not wait for each other's disk or throttle.",
  ),
  row(
    "log.cleaner.io.max.bytes.per.second",
    "double",
    "1.7976931348623157E308",
    anyValue,
    "Limit on what all cleaners together read and write in a second, on average.",
  ),
  row(
    "log.cleaner.dedupe.buffer.size",
    "long",
    "134217728",
    anyValue,
    "Memory for finding duplicates, shared out among the cleaners. An entry for a key takes 24 bytes.",
  ),
  row(
    "log.cleaner.io.buffer.size",
    "int",
    "524288",
    inRange(0),
    "Memory for reading and writing, shared out among the cleaners. A larger batch takes more while it is handled.",
  ),
  row(
    "log.cleaner.io.buffer.load.factor",
    "double",
    "0.9",
    anyValue,
    "How full the memory for finding duplicates may get. A higher value cleans more of a log at once, with slower look-ups.",
  ),
  row(
    "log.cleaner.backoff.ms",
    "long",
    "15000",
    inRange(0),
    "How long a cleaner sleeps when no log needs cleaning.",
  ),
  row(
    "seglog.cleaner.retry.backoff.ms",
    "long",
    "60000",
    inRange(0),
    "How long a log is left alone after its cleaning has failed. Doubles with each further failure.",
  ),
  row(
    "seglog.cleaner.retry.backoff.max.ms",
    "long",
    "3600000",
    inRange(0),
    "The longest that a log is left alone after its cleaning has failed.",
  ),
];

/**
 * Parses the cleaner's configs out of a broker's properties; other names are of no interest here.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseCleanerConfig({ "log.cleaner.threads": "2" }).numThreads, 2);
 * ```
 *
 * @throws {InvalidConfigError} for a value that is not allowed
 */
export function parseCleanerConfig(properties: ConfigTexts = {}): CleanerConfig {
  const values = parseConfigTable(CLEANER_CONFIGS, properties);
  const number = (name: string) => values.get(name) as number;
  return {
    numThreads: number("log.cleaner.threads"),
    dedupeBufferSize: number("log.cleaner.dedupe.buffer.size"),
    dedupeBufferLoadFactor: number("log.cleaner.io.buffer.load.factor"),
    ioBufferSize: number("log.cleaner.io.buffer.size"),
    maxIoBytesPerSecond: number("log.cleaner.io.max.bytes.per.second"),
    backoffMs: number("log.cleaner.backoff.ms"),
    retryBackoffMs: number("seglog.cleaner.retry.backoff.ms"),
    retryBackoffMaxMs: number("seglog.cleaner.retry.backoff.max.ms"),
  };
}

/**
 * Refuses a change of the number of cleaners that Kafka refuses.
 *
 * @throws {InvalidConfigError} below 1, below half of or above twice what it is
 */
export function validateCleanerReconfiguration(current: CleanerConfig, next: CleanerConfig): void {
  if (next.numThreads < 1) {
    throw new InvalidConfigError(`Log cleaner threads should be at least 1: ${next.numThreads}`);
  }
  if (next.numThreads < Math.floor(current.numThreads / 2)) {
    throw new InvalidConfigError(
      `Log cleaner threads cannot be reduced to less than half the current value ${current.numThreads}: ${next.numThreads}`,
    );
  }
  if (next.numThreads > current.numThreads * 2) {
    throw new InvalidConfigError(
      `Log cleaner threads cannot be increased to more than double the current value ${current.numThreads}: ${next.numThreads}`,
    );
  }
}
