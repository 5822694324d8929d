/**
 * Java's `.properties` files, as `java.util.Properties` reads and writes them.
 *
 * A file is read as Latin-1; what that lacks is written `\uXXXX`. A line that starts, after white space, with `#` or `!` is
 * a comment. A line that ends in an odd number of backslashes goes on in the next one, without that one's leading white
 * space. A name ends at the first `=`, `:` or white space that no backslash stands before.
 *
 * @module
 */

import { InvalidConfigError } from "../errors.ts";

/** White space inside a line. */
const BLANK = " \t\f";

/** The text of a properties file from its bytes. */
export function decodeProperties(bytes: Uint8Array): string {
  // Not TextDecoder: its "latin1" is windows-1252.
  let text = "";
  for (let at = 0; at < bytes.length; at += 4096) {
    text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  }
  return text;
}

/**
 * The properties by name, in the order of their first mention; of a name mentioned twice the last value counts.
 *
 * @throws {InvalidConfigError} naming the line, when a `\u` is not followed by four hexadecimal digits
 */
export function parseProperties(text: string): Map<string, string> {
  const properties = new Map<string, string>();
  const lines = text.split(/\r\n|\n|\r/);
  for (let i = 0; i < lines.length; i++) {
    let line = trimStart(lines[i]!);
    if (line === "" || line.startsWith("#") || line.startsWith("!")) continue;
    const first = i + 1;
    const parts: string[] = [];
    while (endsInOddBackslash(line)) {
      parts.push(line.slice(0, -1));
      i++;
      line = trimStart(lines[i] ?? "");
    }
    parts.push(line);
    const logical = parts.join("");
    if (logical === "") continue;
    const [name, value] = splitLine(logical);
    properties.set(unescape(name, first), unescape(value, first));
  }
  return properties;
}

function trimStart(line: string): string {
  let at = 0;
  while (at < line.length && BLANK.includes(line[at]!)) at++;
  return line.slice(at);
}

function endsInOddBackslash(line: string): boolean {
  let count = 0;
  while (count < line.length && line[line.length - 1 - count] === "\\") count++;
  return count % 2 === 1;
}

function splitLine(line: string): [name: string, value: string] {
  let at = 0;
  while (at < line.length && !(BLANK + "=:").includes(line[at]!)) at += line[at] === "\\" ? 2 : 1;
  const name = line.slice(0, at);
  let rest = trimStart(line.slice(at));
  if (rest.startsWith("=") || rest.startsWith(":")) rest = trimStart(rest.slice(1));
  return [name, rest];
}

const escapes: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r", f: "\f" };

function unescape(text: string, line: number): string {
  return text.replace(/\\(u[0-9a-fA-F]{4}|[^]|$)/g, (whole, escaped: string) => {
    if (escaped.length === 5) return String.fromCharCode(parseInt(escaped.slice(1), 16));
    if (escaped === "u") {
      throw new InvalidConfigError(`Malformed \\uxxxx in properties, line ${line}: ${whole}`);
    }
    return escapes[escaped] ?? escaped;
  });
}

/**
 * The text of a properties file with these entries in this order. The header is what Java writes: a line with the comment
 * and one with the time.
 *
 * @param comment first line; may be empty
 * @param now ms since the epoch
 */
export function formatProperties(
  entries: Iterable<readonly [name: string, value: string]>,
  comment: string,
  now: number,
): string {
  let text = `#${comment}\n#${javaDate(now)}\n`;
  for (const [name, value] of entries) {
    text += `${escape(name, true)}=${escape(value, false)}\n`;
  }
  return text;
}

const escaped: Readonly<Record<string, string>> = {
  "\t": "\\t",
  "\n": "\\n",
  "\r": "\\r",
  "\f": "\\f",
};

function escape(text: string, allSpaces: boolean): string {
  return text.replace(/[\\\t\n\r\f=:#!]|[^ -~]| /g, (character, at: number) => {
    if (character === " ") return allSpaces || at === 0 ? "\\ " : " ";
    if (/[\\=:#!]/.test(character)) return `\\${character}`;
    const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    return escaped[character] ?? `\\u${code}`;
  });
}

/** Java's `Date.toString()` in UTC: `Sun Nov 22 15:08:31 UTC 2026`. */
function javaDate(now: number): string {
  const [weekday, day, month, year, time] = new Date(now).toUTCString().split(/,? /);
  return `${weekday} ${month} ${day} ${time} UTC ${year}`;
}
