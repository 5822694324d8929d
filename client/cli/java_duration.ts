/**
 * Points and spans of time as Kafka's tools take them.
 *
 * @module
 */

import { JavaException } from "./java_exception.ts";

const MS_PER_DAY = 86_400_000;
const DURATION =
  /^([+-])?P(?:([+-]?\d+)D)?(?:T(?=[+-\d])(?:([+-]?\d+)H)?(?:([+-]?\d+)M)?(?:([+-]?\d+)(?:[.,](\d{0,9}))?S)?)?$/i;

/**
 * `Duration.parse`: `P1DT2H30M0.5S`.
 *
 * @returns ms
 * @throws {JavaException} `DateTimeParseException`
 */
export function parseDuration(text: string): number {
  const match = DURATION.exec(text);
  if (match === null || !/\d/.test(text)) {
    throw new JavaException(
      "java.time.format.DateTimeParseException",
      "Text cannot be parsed to a Duration",
    );
  }
  const [, sign, days, hours, minutes, seconds, fraction = ""] = match;
  const number = (part: string | undefined) => Number(part ?? 0);
  const part = Number(`0.${fraction || "0"}`) * (seconds?.startsWith("-") ? -1 : 1);
  const ms = number(days) * MS_PER_DAY + number(hours) * 3_600_000 + number(minutes) * 60_000 +
    (number(seconds) + part) * 1000;
  return Math.trunc(sign === "-" ? -ms : ms);
}

const DATE_TIME = /^(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)\.(\d+)(Z|[+-]\d{2}(?::?\d{2})?)$/;

/**
 * `yyyy-MM-ddTHH:mm:ss.SSS`, with a zone or in UTC.
 *
 * @returns ms since the epoch
 * @throws {JavaException} `ParseException`
 */
export function parseDateTime(text: string): number {
  const [, time] = text.split("T");
  const unparseable = (message: string) => new JavaException("java.text.ParseException", message);
  if (time === undefined) {
    throw unparseable(
      "Error parsing timestamp. It does not contain a 'T' according to ISO8601 format",
    );
  }
  const zoned = /[+\-Z]/.test(time) ? text : `${text}Z`;
  const wrong = unparseable(`Unparseable date: "${zoned}"`);
  const match = DATE_TIME.exec(zoned);
  if (match === null) throw wrong;
  const [year, month, day, hours, minutes, seconds, ms] = match.slice(1, 8).map(Number) as [
    ...[number, number, number, number, number, number, number],
  ];
  const date = new Date(Date.UTC(year, month - 1, day, hours, minutes, seconds, ms));
  const isStrict = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day && date.getUTCHours() === hours &&
    date.getUTCMinutes() === minutes && date.getUTCSeconds() === seconds;
  if (!isStrict || ms > 999) throw wrong;
  const zone = match[8]!;
  if (zone === "Z") return date.getTime();
  const offset = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3).replace(":", "") || 0);
  return date.getTime() - (zone.startsWith("-") ? -offset : offset) * 60_000;
}
