/**
 * Where a consumer begins when it has no offset (`auto.offset.reset`).
 *
 * @module
 */

import { InvalidConfigError } from "../../storage/errors.ts";

/** Stands for the first offset in ListOffsets. */
export const EARLIEST_TIMESTAMP: number = -2;
/** Stands for the end of the log in ListOffsets. */
export const LATEST_TIMESTAMP: number = -1;

/** Where to begin: at the first offset, at the end, at records of a certain age, or nowhere: that is an error. */
export type AutoOffsetReset =
  | { readonly type: "earliest" | "latest" | "none" }
  | { readonly type: "by_duration"; readonly durationMs: number };

/** At the first offset. */
export const RESET_EARLIEST: AutoOffsetReset = { type: "earliest" };
/** At the end. */
export const RESET_LATEST: AutoOffsetReset = { type: "latest" };

const DAY_MS = 86_400_000;
const UNITS_MS: readonly number[] = [DAY_MS, 3_600_000, 60_000, 1000];
/** ISO 8601 as Java's `Duration` reads it: days, hours, minutes and seconds, each with a sign. */
const DURATION =
  /^([-+]?)P(?:([-+]?\d+)D)?(T(?:([-+]?\d+)H)?(?:([-+]?\d+)M)?(?:([-+]?\d+(?:[.,]\d{0,9})?)S)?)?$/i;

/**
 * Reads an ISO 8601 duration as Java's `Duration.parse` does: `P3D`, `PT1H30M`, `PT0.5S`.
 *
 * @returns ms, fractions cut; `undefined` for what is no duration
 */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (match === null) return undefined;
  const [, sign, days, time, ...rest] = match;
  if (time?.toUpperCase() === "T") return undefined;
  const parts = [days, ...rest];
  if (parts.every((part) => part === undefined)) return undefined;
  const ms = parts.reduce(
    (sum, part, index) => sum + Number((part ?? "0").replace(",", ".")) * UNITS_MS[index]!,
    0,
  );
  return Math.trunc(sign === "-" ? -ms : ms);
}

/**
 * Reads the config.
 *
 * @throws {InvalidConfigError} in Kafka's words, for what is none of them
 */
export function parseAutoOffsetReset(text: string, config = "auto.offset.reset"): AutoOffsetReset {
  if (text === "earliest" || text === "latest" || text === "none") return { type: text };
  const prefix = "by_duration:";
  if (text.startsWith(prefix)) {
    const durationMs = parseDuration(text.slice(prefix.length));
    if (durationMs !== undefined && durationMs >= 0) return { type: "by_duration", durationMs };
  }
  throw new InvalidConfigError(
    `Invalid value ${text} for configuration ${config}: Invalid value \`${text}\` for configuration ${config}. ` +
      "The value must be either 'earliest', 'latest', 'none' or of the format 'by_duration:<PnDTnHnMn.nS.>'.",
  );
}

/**
 * The timestamp to ask ListOffsets for.
 *
 * @param now wall-clock time, ms since the epoch
 * @returns `undefined` when there is nothing to ask for
 */
export function resetTimestamp(reset: AutoOffsetReset, now: number): number | undefined {
  switch (reset.type) {
    case "earliest":
      return EARLIEST_TIMESTAMP;
    case "latest":
      return LATEST_TIMESTAMP;
    case "by_duration":
      return now - reset.durationMs;
    case "none":
      return undefined;
  }
}

/** Whether two are the same. */
export function isSameReset(a: AutoOffsetReset, b: AutoOffsetReset): boolean {
  if (a.type === "by_duration" && b.type === "by_duration") return a.durationMs === b.durationMs;
  return a.type === b.type;
}
