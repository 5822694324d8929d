import { assertEquals } from "@std/assert";
import {
  expireTimestampOf,
  isOffsetExpired,
  NONE,
  type OffsetAndMetadata,
} from "../../../../cluster/coordinator/offsets/offset_and_metadata.ts";
import { idOf } from "../../../support/offsets_shard.ts";

function offset(expireTimestamp: number): OffsetAndMetadata {
  return {
    offset: 1,
    leaderEpoch: 0,
    metadata: "",
    commitTimestamp: 100,
    expireTimestamp,
    topicId: idOf("t"),
    recordOffset: 0,
  };
}

Deno.test("an offset expires when the retention is over, counted from the time that its group tells", () => {
  assertEquals(isOffsetExpired(offset(NONE), 100, 1099, 1000), false);
  assertEquals(isOffsetExpired(offset(NONE), 100, 1100, 1000), true);
});

Deno.test("an offset of an old client expires when that wanted it to, whatever the retention", () => {
  assertEquals(isOffsetExpired(offset(500), 100, 499, 1), false);
  assertEquals(isOffsetExpired(offset(500), 100, 500, 1_000_000), true);
  assertEquals([expireTimestampOf(-1, 50), expireTimestampOf(7, 50)], [NONE, 57]);
});
