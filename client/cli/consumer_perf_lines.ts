/**
 * The lines of `seglog consumer-perf-test`.
 *
 * @module
 */

import { fixedText } from "./java_format.ts";

const BYTES_PER_MB = 1024 * 1024;
const FIELDS = [
  "data.consumed.in.MB",
  "MB.sec",
  "data.consumed.in.nMsg",
  "nMsg.sec",
  "rebalance.time.ms",
  "fetch.time.ms",
  "fetch.MB.sec",
  "fetch.nMsg.sec",
];

/** What the fields are; those of a line a reporting interval are others than those of the one at the end. */
export function consumerPerfHeader(isDetailed: boolean): string {
  return [...(isDetailed ? ["time", "threadId"] : ["start.time", "end.time"]), ...FIELDS].join(
    ", ",
  );
}

/** What was read within a time. */
export interface Consumed {
  /** Wall-clock time, ms. */
  readonly startMs: number;
  /** Wall-clock time, ms. */
  readonly endMs: number;
  /** How long partitions were waited for, ms. */
  readonly joinMs: number;
  /** Records. */
  readonly records: number;
  /** Bytes of their keys and values. */
  readonly bytes: number;
}

const four = (value: number) => fixedText(value, 4);

/** The line about everything. */
export function totalLine(
  { startMs, endMs, joinMs, records, bytes }: Consumed,
  dateText: (ms: number) => string,
): string {
  const seconds = (endMs - startMs) / 1000;
  const fetchMs = endMs - startMs - joinMs;
  const megabytes = bytes / BYTES_PER_MB;
  return [
    dateText(startMs),
    dateText(endMs),
    four(megabytes),
    four(megabytes / seconds),
    records,
    four(records / seconds),
    joinMs,
    fetchMs,
    four(megabytes / (fetchMs / 1000)),
    four(records / (fetchMs / 1000)),
  ].join(", ");
}

/**
 * The line about an interval.
 *
 * @param interval what was read in it
 * @param totalRecords records up to its end
 * @param totalBytes bytes up to its end
 */
export function intervalLine(
  { startMs, endMs, joinMs, records, bytes }: Consumed,
  totalRecords: number,
  totalBytes: number,
  dateText: (ms: number) => string,
): string {
  const elapsedMs = endMs - startMs;
  const fetchMs = elapsedMs - joinMs;
  const megabytes = bytes / BYTES_PER_MB;
  return [
    dateText(endMs),
    0,
    four(totalBytes / BYTES_PER_MB),
    four(1000 * megabytes / elapsedMs),
    totalRecords,
    four(records / elapsedMs * 1000),
    joinMs,
    fetchMs,
    four(fetchMs <= 0 ? 0 : 1000 * megabytes / fetchMs),
    four(fetchMs <= 0 ? 0 : 1000 * records / fetchMs),
  ].join(", ");
}
