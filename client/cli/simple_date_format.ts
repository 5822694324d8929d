/**
 * Times in a format that the user gives (`java.text.SimpleDateFormat`), in English and in local time.
 *
 * @module
 */

import { illegalArgument } from "./java_exception.ts";

const MS_PER_DAY = 86_400_000;

/** Writes what a letter stands for; `count` is how often it is there. */
type Field = (date: Date, count: number) => string;

function number(valueOf: (date: Date) => number): Field {
  return (date, count) => String(valueOf(date)).padStart(count, "0");
}

function year(valueOf: (date: Date) => number): Field {
  return (date, count) => {
    const text = String(valueOf(date));
    return count === 2 ? text.slice(-2).padStart(2, "0") : text.padStart(count, "0");
  };
}

function name(type: "month" | "weekday", width: "short" | "long", date: Date): string {
  return new Intl.DateTimeFormat("en-US", { [type]: width }).format(date);
}

function month(date: Date, count: number): string {
  if (count < 3) return String(date.getMonth() + 1).padStart(count, "0");
  return name("month", count === 3 ? "short" : "long", date);
}

function zoneName(date: Date, count: number): string {
  const parts = new Intl.DateTimeFormat("en-US", { timeZoneName: count < 4 ? "short" : "long" })
    .formatToParts(date);
  return parts.find(({ type }) => type === "timeZoneName")!.value;
}

/** `+0130`, with what stands between hours and minutes. */
function zoneOffset(date: Date, separator: string): string {
  const minutes = -date.getTimezoneOffset();
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(size / 60)}${separator}${two(size % 60)}`;
}

function isoZone(date: Date, count: number): string {
  if (date.getTimezoneOffset() === 0) return "Z";
  return count === 1 ? zoneOffset(date, "").slice(0, 3) : zoneOffset(date, count === 3 ? ":" : "");
}

function dayOfYear(date: Date): number {
  const day = Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return (day - Date.UTC(date.getFullYear(), 0, 1)) / MS_PER_DAY + 1;
}

/** Weeks begin on Sundays, and the first one is that of January 1. */
function weekYear(date: Date): number {
  const saturday = new Date(
    date.getFullYear(),
    date.getMonth(),
    date.getDate() + 6 - date.getDay(),
  );
  return saturday.getFullYear();
}

function weekOfYear(date: Date): number {
  if (weekYear(date) > date.getFullYear()) return 1;
  const firstDay = new Date(date.getFullYear(), 0, 1).getDay();
  return Math.floor((dayOfYear(date) - 1 + firstDay) / 7) + 1;
}

function weekOfMonth(date: Date): number {
  const firstDay = new Date(date.getFullYear(), date.getMonth(), 1).getDay();
  return Math.floor((date.getDate() - 1 + firstDay) / 7) + 1;
}

const FIELDS: Readonly<Record<string, Field>> = {
  G: (date) => date.getFullYear() > 0 ? "AD" : "BC",
  y: year((date) => date.getFullYear()),
  Y: year(weekYear),
  M: month,
  L: month,
  w: number(weekOfYear),
  W: number(weekOfMonth),
  D: number(dayOfYear),
  d: number((date) => date.getDate()),
  F: number((date) => Math.floor((date.getDate() - 1) / 7) + 1),
  E: (date, count) => name("weekday", count < 4 ? "short" : "long", date),
  u: number((date) => date.getDay() || 7),
  a: (date) => date.getHours() < 12 ? "AM" : "PM",
  H: number((date) => date.getHours()),
  k: number((date) => date.getHours() || 24),
  K: number((date) => date.getHours() % 12),
  h: number((date) => date.getHours() % 12 || 12),
  m: number((date) => date.getMinutes()),
  s: number((date) => date.getSeconds()),
  S: number((date) => date.getMilliseconds()),
  z: zoneName,
  Z: (date) => zoneOffset(date, ""),
  X: isoZone,
};

/** A run of one letter, a quotation, which may be left open, or anything else. */
const PARTS = /([A-Za-z])\1*|'((?:[^']|'')*)('?)|[^A-Za-z']+/g;

/**
 * Reads a pattern.
 *
 * @returns the text of a time, ms since the epoch
 * @throws {JavaException} `IllegalArgumentException` when it is none
 */
export function simpleDateFormat(pattern: string): (ms: number) => string {
  const parts: ((date: Date) => string)[] = [];
  for (const [text, letter, quoted, end] of pattern.matchAll(PARTS)) {
    if (letter !== undefined) {
      const field = FIELDS[letter];
      if (field === undefined) throw illegalArgument(`Illegal pattern character '${letter}'`);
      const { length } = text;
      if (letter === "X" && length > 3) {
        throw illegalArgument(`invalid ISO 8601 format: length=${length}`);
      }
      parts.push((date) => field(date, length));
    } else if (quoted !== undefined) {
      if (end === "") throw illegalArgument("Unterminated quote");
      // Two quotes with nothing between are one.
      const literal = quoted === "" ? "'" : quoted.replaceAll("''", "'");
      parts.push(() => literal);
    } else parts.push(() => text);
  }
  return (ms) => {
    const date = new Date(ms);
    return parts.map((part) => part(date)).join("");
  };
}
