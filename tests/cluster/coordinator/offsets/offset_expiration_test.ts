import { assertEquals } from "@std/assert";
import { expireOffsets } from "../../../../cluster/coordinator/offsets/offset_expiration.ts";
import {
  commit,
  commitInTransaction,
  commitTopic,
  offsetsHarness,
} from "../../../support/offsets_shard.ts";

const RETENTION_MS = 60_000;

function setUp() {
  const harness = offsetsHarness();
  commit(harness, "g", [commitTopic("t", 0, 5), commitTopic("u", 0, 6)]);
  const expire = () =>
    harness.call<boolean>(({ offsets, groups }, reply, out, now) =>
      out.answer(reply, expireOffsets(offsets, groups.get("g")!, out, now))
    );
  return { harness, expire, left: () => [...harness.shard.offsets.committed("g")?.keys() ?? []] };
}

Deno.test("offsets are forgotten when their retention is over, and with the last one the group may go", () => {
  const { harness, expire, left } = setUp();
  harness.advance(RETENTION_MS - 1);
  assertEquals([expire(), left()], [false, ["t", "u"]]);
  commit(harness, "g", [commitTopic("u", 0, 7)]);
  harness.advance(1);
  assertEquals([expire(), left()], [false, ["u"]]);
  harness.advance(RETENTION_MS);
  assertEquals([expire(), left()], [true, []]);
  assertEquals(expire(), true);
});

Deno.test("offsets of topics that are consumed stay, as do all while the group does not know", () => {
  const { harness, expire, left } = setUp();
  harness.shard.group("g").subscribed.add("t");
  harness.shard.group("g").condition = undefined;
  harness.advance(RETENTION_MS);
  assertEquals([expire(), left()], [false, ["t", "u"]]);
  harness.shard.group("g").condition = ({ commitTimestamp }) => commitTimestamp;
  assertEquals([expire(), left()], [false, ["t"]]);
});

Deno.test("offsets and groups of transactions that have not ended stay", () => {
  const { harness, expire, left } = setUp();
  commitInTransaction(harness, 7, "g", [commitTopic("t", 0, 9)]);
  harness.advance(RETENTION_MS);
  assertEquals([expire(), left()], [false, ["t"]]);
  harness.endTransaction({ producerId: 7, producerEpoch: 0 }, false);
  assertEquals([expire(), left()], [true, []]);
});
