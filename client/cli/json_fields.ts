/**
 * Fields of the JSON files that tools are given, with what Kafka says of those that are wrong.
 *
 * @module
 */

import { JavaException, operationFailed } from "./java_exception.ts";

/** An object of JSON. */
export type JsonObject = Readonly<Record<string, unknown>>;

function wrong(message: string): JavaException {
  return new JavaException("com.fasterxml.jackson.databind.JsonMappingException", message);
}

function textOf(value: unknown): string {
  return value === undefined ? "" : JSON.stringify(value);
}

/**
 * Parses a file.
 *
 * @throws {JavaException} when it is not JSON
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw operationFailed("The input string is not a valid JSON");
  }
}

/**
 * Parses a file.
 *
 * @throws {JavaException} when it is not JSON, with what is wrong with it
 */
export function parseJsonOrSayWhy(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const cause = new JavaException("com.fasterxml.jackson.core.JsonParseException", error.message);
    throw operationFailed(cause.message, { cause });
  }
}

/** @throws {JavaException} when a value is not an object */
export function jsonObject(value: unknown): JsonObject {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as JsonObject;
  }
  throw wrong(`Expected JSON object, received ${textOf(value)}`);
}

/** A field that may be missing. */
export function optionalField(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function field(object: JsonObject, name: string): unknown {
  const value = optionalField(object, name);
  if (value === undefined) throw wrong(`No such field exists: \`${name}\``);
  return value;
}

/** @throws {JavaException} when a field is not an array */
export function arrayField(object: JsonObject, name: string): readonly unknown[] {
  const value = field(object, name);
  if (Array.isArray(value)) return value;
  throw wrong(`Expected JSON array, received ${textOf(value)}`);
}

/** The items of an array. */
export function arrayOf<T>(object: JsonObject, name: string, read: (value: unknown) => T): T[] {
  const value = field(object, name);
  if (Array.isArray(value)) return value.map(read);
  throw wrong(`Expected \`JSON array\` value, received ${textOf(value)}`);
}

/** @throws {JavaException} when a value is not a text */
export function stringValue(value: unknown): string {
  if (typeof value === "string") return value;
  throw wrong(`Expected \`String\` value, received ${textOf(value)}`);
}

/** @throws {JavaException} when a value is not an int32 */
export function integerValue(value: unknown): number {
  if (typeof value === "number" && value === (value | 0)) return value;
  throw wrong(`Expected \`Integer\` value, received ${textOf(value)}`);
}

/** @throws {JavaException} when a field is not a text */
export function stringField(object: JsonObject, name: string): string {
  return stringValue(field(object, name));
}

/** @throws {JavaException} when a field is not an int32 */
export function integerField(object: JsonObject, name: string): number {
  return integerValue(field(object, name));
}

/** @throws {JavaException} when a field is not a whole number */
export function longField(object: JsonObject, name: string): number {
  const value = field(object, name);
  if (Number.isSafeInteger(value)) return value as number;
  throw wrong(`Expected \`Long\` value, received ${textOf(value)}`);
}
