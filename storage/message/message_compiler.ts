/**
 * Turns the fields of a structure, for one version, into functions that read, measure and write it.
 *
 * @module
 */

import { arrayCodec } from "./array_codec.ts";
import { defaultMaker, defaultTest } from "./message_default.ts";
import { type FieldSchema, includesVersion } from "./message_schema.ts";
import type { MessageSink } from "./message_sink.ts";
import type { MessageSource } from "./message_source.ts";
import { ProtocolError } from "./protocol_error.ts";
import { nullableStructCodec } from "./struct_mark.ts";
import { TaggedFields } from "./tagged_fields.ts";
import { primitiveCodec, type ValueCodec } from "./value_codec.ts";

/** A structure, by names of fields. */
type Struct = Record<string, unknown>;

/** A field that the version has. */
interface PresentField {
  readonly name: string;
  readonly codec: ValueCodec;
  readonly makeDefault: () => unknown;
}

/** A field that the version has no room for, and whose value must therefore be the default. */
interface AbsentField {
  readonly name: string;
  readonly isDefault: (value: unknown) => boolean;
}

/**
 * Compiles a structure.
 *
 * @param path names it in messages
 */
export function compileStruct(
  path: string,
  fields: readonly FieldSchema[],
  version: number,
  isFlexible: boolean,
): ValueCodec {
  const present: PresentField[] = [];
  const absent: AbsentField[] = [];
  const tagged = new TaggedFields(path);
  /** In the order of the schema, so that every decoded structure has the same shape. */
  const steps: { name: string; read: (source: MessageSource) => unknown }[] = [];
  for (const field of fields) {
    const { name } = field;
    const makeDefault = defaultMaker(field);
    if (!includesVersion(field.versions, version)) {
      if (!field.isIgnorable) absent.push({ name, isDefault: defaultTest(field) });
      steps.push({ name, read: makeDefault });
      continue;
    }
    const isTagged = isFlexible && includesVersion(field.taggedVersions, version);
    const codec = fieldCodec(`${path}.${name}`, field, version, isFlexible, isTagged);
    if (isTagged) {
      tagged.add({ name, tag: field.tag, codec, isDefault: defaultTest(field) });
      steps.push({ name, read: makeDefault });
    } else {
      present.push({ name, codec, makeDefault });
      steps.push({ name, read: codec.read });
    }
  }

  return {
    read: (source) => {
      const struct: Struct = {};
      for (let i = 0; i < steps.length; i++) {
        const step = steps[i]!;
        struct[step.name] = step.read(source);
      }
      if (isFlexible) tagged.read(source, struct);
      return struct;
    },
    size: (value) => {
      const struct = asStruct(value, path);
      for (const { name, isDefault } of absent) {
        const given = struct[name];
        if (given !== undefined && !isDefault(given)) refuseAbsent(name, version);
      }
      let total = isFlexible ? tagged.size(struct) : refuseUnknown(struct, path, version);
      for (let i = 0; i < present.length; i++) {
        const { name, codec, makeDefault } = present[i]!;
        const given = struct[name];
        total += codec.size(given === undefined ? makeDefault() : given);
      }
      return total;
    },
    write: (sink: MessageSink, value) => {
      const struct = value as Struct;
      for (let i = 0; i < present.length; i++) {
        const { name, codec, makeDefault } = present[i]!;
        const given = struct[name];
        codec.write(sink, given === undefined ? makeDefault() : given);
      }
      if (isFlexible) tagged.write(sink, struct);
    },
    minimalSize: present.reduce((sum, { codec }) => sum + codec.minimalSize, isFlexible ? 1 : 0),
  };
}

function asStruct(value: unknown, path: string): Struct {
  if (typeof value !== "object" || value === null) {
    throw new ProtocolError(`${path} is not a structure: ${String(value)}`);
  }
  return value as Struct;
}

function refuseAbsent(name: string, version: number): never {
  throw new ProtocolError(`Attempted to write a non-default ${name} at version ${version}`);
}

/** There is no room for tagged fields in versions that are not flexible. */
function refuseUnknown(struct: Struct, path: string, version: number): 0 {
  if (struct["unknownTaggedFields"] === undefined) return 0;
  throw new ProtocolError(`${path} has tagged fields, which are not in version: ${version}`);
}

function fieldCodec(
  path: string,
  field: FieldSchema,
  version: number,
  isFlexible: boolean,
  isTagged: boolean,
): ValueCodec {
  const isNullable = includesVersion(field.nullableVersions, version);
  const element = field.type === "struct"
    ? compileStruct(path, field.fields, version, isFlexible)
    : primitiveCodec(path, field.type, { isFlexible, isNullable: isNullable && !field.isArray });
  if (field.isArray) return arrayCodec(path, element, { isFlexible, isNullable });
  return field.type === "struct" && isNullable ? nullableStructCodec(element, isTagged) : element;
}
