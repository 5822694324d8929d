/**
 * Structures that may be null: a mark stands in front of them.
 *
 * @module
 */

import type { ValueCodec } from "./value_codec.ts";

/**
 * The codec of a structure that may be null. The mark is an int8, below 0 for null; in a tagged field it is an unsigned varint, 0 for
 * null.
 */
export function nullableStructCodec(struct: ValueCodec, isTagged: boolean): ValueCodec {
  return {
    read: (source) => {
      const isNull = isTagged ? source.unsignedVarint() === 0 : source.int8() < 0;
      return isNull ? null : struct.read(source);
    },
    size: (value) => value === null ? 1 : 1 + struct.size(value),
    write: (sink, value) => {
      if (isTagged) sink.unsignedVarint(value === null ? 0 : 1);
      else sink.int8(value === null ? -1 : 1);
      if (value !== null) struct.write(sink, value);
    },
    minimalSize: 1,
  };
}
