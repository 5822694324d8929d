import { assertEquals } from "@std/assert";
import { fetched, kinds, ScriptedReplica } from "./scripted_replica.ts";

Deno.test("an answer of the leader puts off the time at which it is taken for gone", () => {
  const replica = new ScriptedReplica();
  const fetch = replica.follow();
  replica.now = 1500;
  replica.answer(fetch, fetched());
  while (replica.state === "Follower") replica.wait();
  assertEquals(replica.now, 3500);
});

Deno.test("the high watermark follows the leader's as far as the log goes", () => {
  const replica = new ScriptedReplica();
  const [output] = replica.answer(replica.follow(), fetched({ highWatermark: 25 }));
  assertEquals(output, { type: "high_watermark", offset: 20 });
  const other = new ScriptedReplica();
  other.log.highWatermark = 20;
  assertEquals(kinds(other.answer(other.follow(), fetched({ highWatermark: 15 }))), ["send"]);
});
