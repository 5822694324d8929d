/**
 * Values as Java prints and parses them, where Kafka's tools show it.
 *
 * @module
 */

import { uncaught } from "./tool.ts";

/** `OptionalLong`'s text. */
export function optionalLongText(value: number | bigint | undefined): string {
  return value === undefined ? "OptionalLong.empty" : `OptionalLong[${value}]`;
}

/** A path as `java.io.File` keeps it: no doubled slashes, none at the end. */
export function javaPath(path: string): string {
  const joined = path.replace(/\/{2,}/g, "/");
  return joined.length > 1 && joined.endsWith("/") ? joined.slice(0, -1) : joined;
}

/** `File.getAbsolutePath`. */
export function absolutePath(path: string, workingDirectory: string): string {
  if (path.startsWith("/")) return path;
  return workingDirectory.endsWith("/")
    ? `${workingDirectory}${path}`
    : `${workingDirectory}/${path}`;
}

/** The last name of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** `String.split`: empty parts at the end fall away, but an empty text has one empty part. */
export function javaSplit(text: string, separator: string): string[] {
  const parts = text.split(separator);
  if (parts.length === 1) return parts;
  while (parts.length > 0 && parts[parts.length - 1] === "") parts.pop();
  return parts;
}

/** `Long.parseLong`. */
export function parseJavaLong(text: string): number {
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(value)) {
    throw uncaught("java.lang.NumberFormatException", `For input string: "${text}"`);
  }
  return value;
}

/** `String.hashCode`. */
export function hashCode(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash;
}

/**
 * Items in the order in which a `HashMap` with these keys, added in this order, gives them.
 *
 * @param capacity what the map was made for. Default: as when nothing is said
 */
export function hashOrder<T>(
  items: Iterable<T>,
  hashOf: (item: T) => number,
  capacity = 16,
): T[] {
  const all = [...items];
  capacity = 2 ** Math.ceil(Math.log2(Math.max(1, Math.trunc(capacity))));
  while (all.length > capacity * 0.75) capacity *= 2;
  const bucket = (item: T): number => {
    const hash = hashOf(item);
    return (hash ^ (hash >>> 16)) & (capacity - 1);
  };
  return all.sort((a, b) => bucket(a) - bucket(b));
}

/**
 * The entries of a map in the order in which a `HashMap` with these keys, added in this order, gives them.
 *
 * @param capacity what the map was made for. Default: as when nothing is said
 */
export function hashMapOrder<T>(map: ReadonlyMap<string, T>, capacity?: number): [string, T][] {
  return hashOrder(map, ([key]) => hashCode(key), capacity);
}
