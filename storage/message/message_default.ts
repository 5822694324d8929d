/**
 * What a field holds when nothing says otherwise.
 *
 * @module
 */

import { ZERO_UUID } from "../bytes/uuid.ts";
import type { FieldSchema } from "./message_schema.ts";

type Struct = Readonly<Record<string, unknown>>;

const NO_BYTES = new Uint8Array(0);

function primitiveDefault({ type, defaultText }: FieldSchema): unknown {
  switch (type) {
    case "bool":
      return defaultText === "true";
    case "uuid":
      return defaultText ?? ZERO_UUID;
    case "string":
      return defaultText ?? "";
    case "bytes":
    case "records":
      return NO_BYTES;
    default:
      return Number(defaultText ?? 0);
  }
}

/** Makes the default of a field; arrays and structures are new ones each time. */
export function defaultMaker(field: FieldSchema): () => unknown {
  if (field.defaultText === "null") return () => null;
  if (field.isArray) return () => [];
  if (field.type !== "struct") {
    const value = primitiveDefault(field);
    return () => value;
  }
  const children = field.fields.map((child) => ({ name: child.name, make: defaultMaker(child) }));
  return () => {
    const struct: Record<string, unknown> = {};
    for (const { name, make } of children) struct[name] = make();
    return struct;
  };
}

/** The default of a field. */
export function defaultOf(field: FieldSchema): unknown {
  return defaultMaker(field)();
}

/**
 * Tells whether a value is the default of a field, so that a version without the field loses nothing and a tagged field need not be
 * sent. What a structure leaves out counts as default.
 */
export function defaultTest(field: FieldSchema): (value: unknown) => boolean {
  const { defaultText, type } = field;
  if (defaultText === "null") return (value) => value === null;
  if (field.isArray) return (value) => Array.isArray(value) && value.length === 0;
  if (type === "struct") {
    const children = field.fields.map((child) => ({ name: child.name, test: defaultTest(child) }));
    return (value) => {
      if (value === null || typeof value !== "object") return false;
      const struct = value as Struct;
      return children.every(({ name, test }) => {
        const given = struct[name];
        return given === undefined || test(given);
      }) && struct["unknownTaggedFields"] === undefined;
    };
  }
  if (type === "bytes" || type === "records") {
    return (value) => value instanceof Uint8Array && value.length === 0;
  }
  const expected = primitiveDefault(field);
  return (value) => value === expected;
}
