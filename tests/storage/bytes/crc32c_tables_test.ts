import { assertEquals } from "@std/assert";
import { foldTables, SLICING_TABLES } from "../../../storage/bytes/crc32c_tables.ts";
import { pseudoRandomBytes } from "../../support/pseudo_random.ts";

function register(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) crc = SLICING_TABLES[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return crc;
}

Deno.test("a byte folded away leaves the checksum as it was", () => {
  const [distance, targets] = [100, [0, 16, 64, 80]];
  const tables = foldTables(distance, targets);
  for (let byte = 0; byte < 256; byte++) {
    const message = pseudoRandomBytes(150, byte);
    message[message.length - 1 - distance] = byte;
    const before = register(message);
    message[message.length - 1 - distance] = 0;
    targets.forEach((target, index) => {
      const { low, high } = tables[index]!;
      message[message.length - 1 - target]! ^= low[byte & 15]! ^ high[byte >> 4]!;
    });
    assertEquals(register(message), before);
  }
});
