import { assertEquals } from "@std/assert";
import { recordSizeUpperBound } from "../../../client/producer/record_size.ts";

Deno.test("the most that a record takes is what Java says", () => {
  // 21 for what is around, 1 for null, a varint before bytes, and the number of headers.
  assertEquals(recordSizeUpperBound(null, null, undefined), 24);
  assertEquals(recordSizeUpperBound(new Uint8Array(3), new Uint8Array(100), []), 21 + 4 + 102 + 1);
  const headers = [{ key: "é", value: new Uint8Array(2) }, { key: "k", value: null }];
  assertEquals(recordSizeUpperBound(null, null, headers), 21 + 2 + 1 + (3 + 3) + (2 + 1));
});
