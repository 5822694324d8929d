import { assertEquals, assertThrows } from "@std/assert";
import { CorruptRecordError } from "../../../storage/errors.ts";
import {
  compressionTypeForId,
  compressionTypeId,
} from "../../../storage/record/compression_type.ts";

Deno.test("codecs have Kafka's ids", () => {
  for (const [id, type] of (["none", "gzip", "snappy", "lz4", "zstd"] as const).entries()) {
    assertEquals(compressionTypeId(type), id);
    assertEquals(compressionTypeForId(id), type);
  }
});

Deno.test("an id that no codec has is corrupt", () => {
  for (const id of [5, 6, 7, -1]) {
    assertThrows(() => compressionTypeForId(id), CorruptRecordError, `compression type id: ${id}`);
  }
});
