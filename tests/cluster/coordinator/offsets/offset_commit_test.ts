import { assertEquals } from "@std/assert";
import { KafkaError } from "../../../../client/protocol/error_codes.ts";
import { ZERO_UUID } from "../../../../storage/bytes/uuid.ts";
import {
  commit,
  commitInTransaction,
  commitTopic,
  idOf,
  offsetsHarness,
} from "../../../support/offsets_shard.ts";

Deno.test("a commit is one record a partition, with the topic's id", () => {
  const harness = offsetsHarness();
  const answer = commit(harness, "g", [commitTopic("t", 0, 5, "note"), commitTopic("u", 1, 6)]);
  assertEquals(answer.response, [
    { name: "t", topicId: idOf("t"), partitions: [{ partitionIndex: 0, errorCode: 0 }] },
    { name: "u", topicId: idOf("u"), partitions: [{ partitionIndex: 1, errorCode: 0 }] },
  ]);
  assertEquals(harness.records[0], {
    type: "offsetCommit",
    group: "g",
    topic: "t",
    partition: 0,
    value: {
      offset: 5,
      leaderEpoch: 3,
      metadata: "note",
      commitTimestamp: harness.now.wallMs,
      expireTimestamp: -1,
      topicId: idOf("t"),
    },
  });
  assertEquals(harness.shard.offsets.offset("g", "t", 0)!.offset, 5);
  assertEquals(harness.shard.group("g").noted, ["m"]);
});

Deno.test("metadata that is too long is refused, the other partitions are committed", () => {
  const harness = offsetsHarness();
  const long = commitTopic("t", 0, 5, "x".repeat(11));
  const { response } = commit(harness, "g", [long, commitTopic("t", 1, 6, null)]);
  assertEquals(response.map(({ partitions }) => partitions[0]!.errorCode), [12, 0]);
  assertEquals(harness.records.length, 1);
});

Deno.test("an old client says when its offsets are to be forgotten", () => {
  const harness = offsetsHarness();
  commit(harness, "g", [commitTopic("t", 0, 5)], { retentionTimeMs: 1000 });
  const { expireTimestamp } = harness.shard.offsets.offset("g", "t", 0)!;
  assertEquals(expireTimestamp, harness.now.wallMs + 1000);
});

Deno.test("a group that there is not has no generations, which old clients are told in other words", () => {
  const harness = offsetsHarness();
  const topics = [commitTopic("t", 0, 5)];
  const of = (apiVersion: number) => commit(harness, "g", topics, { generationId: 3, apiVersion });
  assertEquals([of(8).error, of(9).error], ["ILLEGAL_GENERATION", "GROUP_ID_NOT_FOUND"]);
  assertEquals(commitInTransaction(harness, 7, "g", topics, 3).error, "ILLEGAL_GENERATION");
  assertEquals(harness.log, []);
});

Deno.test("what the group has against a member is what it is told", () => {
  const harness = offsetsHarness();
  harness.shard.group("g").error = new KafkaError("REBALANCE_IN_PROGRESS");
  assertEquals(commit(harness, "g", [commitTopic("t", 0, 5)]).error, "REBALANCE_IN_PROGRESS");
});

Deno.test("offsets of a transaction count when it is committed, and are forgotten when it is aborted", () => {
  const harness = offsetsHarness();
  const offsetOf = () => harness.shard.offsets.offset("g", "t", 0)?.offset;
  commitInTransaction(harness, 7, "g", [commitTopic("t", 0, 5)]);
  assertEquals([offsetOf(), harness.shard.offsets.hasPending("g", "t", 0)], [undefined, true]);
  const [entry] = harness.log;
  assertEquals("record" in entry! && entry.producer, { producerId: 7, producerEpoch: 0 });
  assertEquals(
    harness.records[0]!.type === "offsetCommit" && harness.records[0]!.value!.topicId,
    ZERO_UUID,
  );
  harness.endTransaction({ producerId: 7, producerEpoch: 0 }, true);
  assertEquals([offsetOf(), harness.shard.offsets.hasPending("g")], [5, false]);
  commitInTransaction(harness, 7, "g", [commitTopic("t", 0, 9)]);
  harness.endTransaction({ producerId: 7, producerEpoch: 0 }, false);
  assertEquals([offsetOf(), harness.shard.offsets.hasPending("g")], [5, false]);
});
