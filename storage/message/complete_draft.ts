/**
 * Fills a draft up with defaults.
 *
 * @module
 */

import type { Draft, Message } from "./message_codec.ts";
import { defaultOf } from "./message_default.ts";
import type { FieldSchema } from "./message_schema.ts";

/** The message that a draft stands for: what it leaves out, at any depth, has the schema's default. */
export function completeDraft<T>(message: Message<T>, draft: Draft<T>): T {
  return completeStruct(message.schema.fields, draft as Record<string, unknown>) as T;
}

function completeStruct(
  fields: readonly FieldSchema[],
  draft: Record<string, unknown>,
): Record<string, unknown> {
  const struct: Record<string, unknown> = {};
  for (const field of fields) struct[field.name] = completeField(field, draft[field.name]);
  const unknown = draft["unknownTaggedFields"];
  if (unknown !== undefined) struct["unknownTaggedFields"] = unknown;
  return struct;
}

function completeField(field: FieldSchema, value: unknown): unknown {
  if (value === undefined) return defaultOf(field);
  if (field.type !== "struct" || value === null) return value;
  if (!field.isArray) return completeStruct(field.fields, value as Record<string, unknown>);
  return (value as readonly Record<string, unknown>[]).map((each) =>
    completeStruct(field.fields, each)
  );
}
