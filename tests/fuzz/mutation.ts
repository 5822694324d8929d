import type { SeededRandom } from "../support/manual_env.ts";

// Where length fields, counts and offsets go wrong.
const interesting = [0, 1, 0x7f, 0x80, 0xff];
const interestingInts = [0, 1, -1, 0x7fffffff, -0x80000000, 61, 12, 0x10000, 0x00ffffff];

/** A damaged copy: bits turned, bytes and whole int32 replaced, ranges cut, doubled, zeroed or swapped, ends torn. */
export function mutate(random: SeededRandom, bytes: Uint8Array): Uint8Array {
  let result: Uint8Array = bytes.slice();
  for (let i = 0, times = 1 + random.below(4); i < times; i++) {
    result = mutateOnce(random, result);
  }
  return result;
}

function mutateOnce(random: SeededRandom, bytes: Uint8Array): Uint8Array {
  const at = random.below(bytes.length + 1);
  const length = random.below(Math.min(64, bytes.length - at) + 1);
  switch (random.below(9)) {
    case 0:
      if (at < bytes.length) bytes[at]! ^= 1 << random.below(8);
      return bytes;
    case 1:
      if (at < bytes.length) bytes[at] = random.pick(interesting);
      return bytes;
    case 2:
      if (at + 4 <= bytes.length) {
        new DataView(bytes.buffer).setInt32(at, random.pick(interestingInts));
      }
      return bytes;
    case 3:
      return bytes.slice(0, at);
    case 4:
      return joined(bytes.subarray(0, at), bytes.subarray(at + length));
    case 5:
      return joined(bytes.subarray(0, at + length), bytes.subarray(at));
    case 6:
      bytes.fill(0, at, at + length);
      return bytes;
    case 7:
      return joined(bytes, random.bytes(length));
    default:
      bytes.set(random.bytes(length), at);
      return bytes;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(a.length + b.length);
  bytes.set(a);
  bytes.set(b, a.length);
  return bytes;
}
