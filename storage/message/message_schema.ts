/**
 * Schemas of Kafka's generated messages, as text tables. One message is a block:
 *
 * ```text
 * @PartitionRecord 3 0-2 flexible 0+        name, api key or "-", valid versions, flexible versions
 *                                           (then perhaps: listeners broker,controller unstable)
 * partitionId int32 =-1                     name, type, default
 * directories []uuid 1+                     only from version 1 on (absent: 0+)
 * eligibleLeaderReplicas []int32 2+ ?2+ #1  nullable from version 2 on; tag 1
 * rackId string 11+ !                       ignorable
 * voters []Voter                            a structure: its fields follow, two blanks deeper
 *   voterId int32
 * observers []Voter                         one whose fields were told before has none below it
 * ```
 *
 * A tag belongs to all versions of the field, or to those after `@`: `#2@1+`.
 *
 * A field is `!` ignorable when it may be left out, whatever its value, in a version that lacks it.
 *
 * @module
 */

import { assert } from "@std/assert";

/** A range of message versions; an open end is ±Infinity. */
export interface VersionRange {
  /** First version. */
  readonly lowest: number;
  /** Last version. */
  readonly highest: number;
}

/** How a value is encoded. */
export type PrimitiveType =
  | "bool"
  | "int8"
  | "int16"
  | "uint16"
  | "int32"
  | "uint32"
  | "int64"
  | "float64"
  | "uuid"
  | "string"
  | "bytes"
  | "records";

/** One field of a message or of a structure in it. */
export interface FieldSchema {
  /** Name in JSON. */
  readonly name: string;
  /** Whether it is an array of {@linkcode FieldSchema.type}. */
  readonly isArray: boolean;
  /** The type, or that of an element. */
  readonly type: PrimitiveType | "struct";
  /** The structure's name; empty for a primitive type. */
  readonly structName: string;
  /** The versions that a reader of the structure takes. */
  readonly structVersions: VersionRange;
  /** The structure's fields; empty for a primitive type. */
  readonly fields: readonly FieldSchema[];
  /** Versions that have the field. */
  readonly versions: VersionRange;
  /** Versions in which it may be null. */
  readonly nullableVersions: VersionRange;
  /** Tag, or -1. */
  readonly tag: number;
  /** Versions in which it is a tagged field. */
  readonly taggedVersions: VersionRange;
  /** The default as it is written in the schema; `undefined` is the type's own (0, "", empty). */
  readonly defaultText: string | undefined;
  /** Whether a value that a version has no room for is dropped, not refused. */
  readonly isIgnorable: boolean;
}

/** One message. */
export interface MessageSchema {
  /** Kafka's name of the message. */
  readonly name: string;
  /** Api key or record type; -1 when it has none. */
  readonly apiKey: number;
  /** Versions there are. */
  readonly validVersions: VersionRange;
  /** Versions with compact lengths and tagged fields. */
  readonly flexibleVersions: VersionRange;
  /** Kinds of listeners that take the request: `broker`, `controller`. */
  readonly listeners: readonly string[];
  /** Whether the last version may still change. */
  readonly isLatestVersionUnstable: boolean;
  /** Fields in the order in which they are written. */
  readonly fields: readonly FieldSchema[];
}

const NEVER: VersionRange = { lowest: Infinity, highest: -Infinity };

const PRIMITIVE_TYPES: ReadonlySet<string> = new Set<PrimitiveType>([
  "bool",
  "int8",
  "int16",
  "uint16",
  "int32",
  "uint32",
  "int64",
  "float64",
  "uuid",
  "string",
  "bytes",
  "records",
]);

/** Whether `range` holds `version`. */
export function includesVersion(range: VersionRange, version: number): boolean {
  return version >= range.lowest && version <= range.highest;
}

/** Parses `3+`, `0-2`, `1` and `none`. */
function parseVersions(text: string): VersionRange {
  if (text === "none") return NEVER;
  const open = /^(\d+)\+$/.exec(text);
  if (open !== null) return { lowest: Number(open[1]), highest: Infinity };
  const closed = /^(\d+)(?:-(\d+))?$/.exec(text);
  assert(closed !== null, `Version range: ${text}`);
  return { lowest: Number(closed[1]), highest: Number(closed[2] ?? closed[1]) };
}

/**
 * Opens the ends that reach the message's own: Kafka's generated readers do not ask about a version that
 * the message does not have, so one from the future is read as the last that is known.
 */
function withinMessage(range: VersionRange, message: VersionRange): VersionRange {
  if (range.lowest > range.highest) return range;
  return {
    lowest: range.lowest <= message.lowest ? -Infinity : range.lowest,
    highest: range.highest >= message.highest ? Infinity : range.highest,
  };
}

interface Line {
  readonly depth: number;
  readonly words: readonly string[];
}

function parseFields(
  lines: readonly Line[],
  at: { index: number },
  depth: number,
  message: VersionRange,
  structs: Map<string, readonly FieldSchema[]>,
): FieldSchema[] {
  const fields: FieldSchema[] = [];
  for (; at.index < lines.length; at.index++) {
    const line = lines[at.index]!;
    if (line.depth !== depth) break;
    const [name, typeText, ...rest] = line.words;
    assert(name !== undefined && typeText !== undefined, `Field: ${line.words.join(" ")}`);
    let versions = parseVersions("0+");
    let nullableVersions = NEVER;
    let tag = -1;
    let taggedVersions: VersionRange | undefined;
    let defaultText: string | undefined;
    let isIgnorable = false;
    for (const word of rest) {
      if (word.startsWith("?")) nullableVersions = parseVersions(word.slice(1));
      else if (word.startsWith("=")) defaultText = word.slice(1);
      else if (word === "!") isIgnorable = true;
      else if (word.startsWith("#")) {
        const [number, tagged] = word.slice(1).split("@");
        tag = Number(number);
        if (tagged !== undefined) taggedVersions = parseVersions(tagged);
      } else versions = parseVersions(word);
    }
    const isArray = typeText.startsWith("[]");
    const elementType = isArray ? typeText.slice(2) : typeText;
    const isPrimitive = PRIMITIVE_TYPES.has(elementType);
    let children: readonly FieldSchema[] = [];
    if (!isPrimitive) {
      const hasFields = lines[at.index + 1]?.depth === depth + 1;
      if (hasFields) {
        at.index++;
        children = parseFields(lines, at, depth + 1, message, structs);
        at.index--;
        structs.set(elementType, children);
      } else {
        const known = structs.get(elementType);
        assert(known !== undefined, `Structure without fields: ${line.words.join(" ")}`);
        children = known;
      }
    }
    fields.push({
      name,
      isArray,
      type: isPrimitive ? elementType as PrimitiveType : "struct",
      structName: isPrimitive ? "" : elementType,
      // Unlike a message, a structure in it refuses versions that it does not have, but none below 0.
      structVersions: {
        lowest: versions.lowest > 0 ? versions.lowest : -Infinity,
        highest: Math.min(versions.highest, message.highest),
      },
      fields: children,
      versions: withinMessage(versions, message),
      nullableVersions: withinMessage(nullableVersions, message),
      tag,
      taggedVersions: tag < 0 ? NEVER : withinMessage(taggedVersions ?? versions, message),
      defaultText,
      isIgnorable,
    });
  }
  return fields;
}

/**
 * Parses schema tables.
 *
 * @param text blocks as the module doc says, with blank lines between them
 */
export function parseSchemas(text: string): MessageSchema[] {
  return text.trim().split(/\n\s*\n/).map((block) => {
    const [head, ...body] = block.split("\n");
    const [name, apiKey, valid, , flexible, ...rest] = head!.slice(1).split(" ");
    assert(head!.startsWith("@") && flexible !== undefined, `Schema: ${head}`);
    const validVersions = parseVersions(valid!);
    const lines = body.map((line) => ({
      depth: (line.length - line.trimStart().length) / 2,
      words: line.trim().split(" "),
    }));
    const at = { index: 0 };
    const fields = parseFields(lines, at, 0, validVersions, new Map());
    assert(at.index === lines.length, `Schema ${name}: line ${at.index + 1} is too deep`);
    return {
      name: name!,
      apiKey: apiKey === "-" ? -1 : Number(apiKey),
      validVersions,
      flexibleVersions: withinMessage(parseVersions(flexible), validVersions),
      listeners: rest[0] === "listeners" ? rest[1]!.split(",") : [],
      isLatestVersionUnstable: rest.at(-1) === "unstable",
      fields,
    };
  });
}

/** Gives schemas that are parsed when they are first asked for. */
export type SchemaSource = () => readonly MessageSchema[];

/** Puts the parsing of `text` off until it is asked for, and does it once. */
export function lazySchemas(text: string): SchemaSource {
  let schemas: readonly MessageSchema[] | undefined;
  return () => schemas ??= parseSchemas(text);
}
