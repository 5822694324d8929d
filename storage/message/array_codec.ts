/**
 * Arrays in messages.
 *
 * @module
 */

import {
  type LengthRules,
  readLength,
  refuseNull,
  sizeOfLength,
  writeLength,
} from "./length_prefix.ts";
import { ProtocolError } from "./protocol_error.ts";
import { mismatch, type ValueCodec } from "./value_codec.ts";

/** The codec of an array. `path` names the field in messages. */
export function arrayCodec(
  path: string,
  element: ValueCodec,
  { isFlexible, isNullable }: LengthRules,
): ValueCodec {
  // A structure with no field in this version takes no byte; its count is still held against the bytes that are left.
  const minimalSize = Math.max(1, element.minimalSize);
  return {
    read: (source) => {
      const length = readLength(source, isFlexible, "other");
      if (length < 0) return isNullable ? null : refuseNull(path);
      if (length * minimalSize > source.remaining) {
        throw new ProtocolError(
          `Tried to allocate a collection of size ${length} for ${path}, but there are only ` +
            `${source.remaining} bytes remaining.`,
        );
      }
      const elements: unknown[] = [];
      for (let i = 0; i < length; i++) elements.push(element.read(source));
      return elements;
    },
    size: (value) => {
      if (value === null && isNullable) return sizeOfLength(-1, isFlexible, "other");
      if (!Array.isArray(value)) return mismatch(path, "array", value);
      let total = sizeOfLength(value.length, isFlexible, "other");
      for (let i = 0; i < value.length; i++) total += element.size(value[i]);
      return total;
    },
    write: (sink, value) => {
      if (value === null) return writeLength(sink, -1, isFlexible, "other");
      const elements = value as readonly unknown[];
      writeLength(sink, elements.length, isFlexible, "other");
      for (let i = 0; i < elements.length; i++) element.write(sink, elements[i]);
    },
    minimalSize: isFlexible ? 1 : 4,
  };
}
