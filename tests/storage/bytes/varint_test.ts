import { assertEquals, assertThrows } from "@std/assert";
import { CorruptRecordError } from "../../../storage/errors.ts";
import {
  readUnsignedVarint,
  readVarint,
  readVarlong,
  sizeOfUnsignedVarint,
  sizeOfVarint,
  sizeOfVarlong,
  varintEnd,
  writeUnsignedVarint,
  writeVarint,
  writeVarlong,
} from "../../../storage/bytes/varint.ts";

/** The definition, with bigints. */
function expectedBytes(value: number): number[] {
  const wide = BigInt(value);
  let rest = wide < 0n ? -wide * 2n - 1n : wide * 2n;
  const bytes: number[] = [];
  do {
    const group = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? group | 0x80 : group);
  } while (rest > 0n);
  return bytes;
}

function aroundPowersOfTwo(): number[] {
  const values: number[] = [];
  for (let power = 0; power <= 53; power++) {
    for (const delta of [-2, -1, 0, 1, 2]) {
      for (const sign of [1, -1]) {
        const value = sign * (2 ** power + delta);
        if (Number.isSafeInteger(value)) values.push(value);
      }
    }
  }
  return values;
}

Deno.test("varlongs have the bytes of their definition and are read back, over all safe integers", () => {
  const buffer = new Uint8Array(12);
  for (const value of aroundPowersOfTwo()) {
    const expected = expectedBytes(value);
    const end = writeVarlong(buffer, 1, value);
    assertEquals([...buffer.subarray(1, end)], expected, `${value}`);
    assertEquals(sizeOfVarlong(value), expected.length, `${value}`);
    assertEquals(readVarlong(buffer, 1, end), value);
    assertEquals(varintEnd, end);
  }
});

Deno.test("varints have the bytes of their definition and are read back, over all int32", () => {
  const buffer = new Uint8Array(8);
  for (const value of aroundPowersOfTwo().filter((value) => value === (value | 0))) {
    const expected = expectedBytes(value);
    const end = writeVarint(buffer, 0, value);
    assertEquals([...buffer.subarray(0, end)], expected);
    assertEquals(sizeOfVarint(value), expected.length);
    assertEquals(readVarint(buffer, 0, end), value);
  }
});

Deno.test("unsigned varints go up to 2^32 - 1", () => {
  const buffer = new Uint8Array(8);
  for (const value of [0, 127, 128, 16383, 16384, 2097151, 2097152, 268435456, 4294967295]) {
    const end = writeUnsignedVarint(buffer, 0, value);
    assertEquals(end, sizeOfUnsignedVarint(value));
    assertEquals(readUnsignedVarint(buffer, 0, end), value);
  }
});

Deno.test("a varint that runs past the limit, or on and on, is corrupt", () => {
  const ones = new Uint8Array(16).fill(0xff);
  assertThrows(() => readVarint(ones, 0, 3), CorruptRecordError, "past position: 3");
  assertThrows(() => readVarint(ones, 0, 16), CorruptRecordError, "longer than 5 bytes");
  assertThrows(() => readVarlong(ones, 0, 9), CorruptRecordError, "past position: 9");
  assertThrows(() => readVarlong(ones, 0, 16), CorruptRecordError, "longer than 10 bytes");
});

Deno.test("a varlong beyond the safe integers is corrupt", () => {
  const max = Uint8Array.of(0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01);
  assertThrows(() => readVarlong(max, 0, 10), CorruptRecordError, "not a safe integer");
});
