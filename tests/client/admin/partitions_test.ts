import { assertEquals } from "@std/assert";
import type { KafkaError } from "../../../client/protocol/error_codes.ts";
import { adminWorld } from "../../support/admin.ts";

Deno.test("partitions are added, and each topic has its own error", async () => {
  await using world = await adminWorld();
  const { admin } = world;
  (await admin.createTopics([{ name: "a" }, { name: "b", numPartitions: 2 }])).all();
  const results = await admin.createPartitions(
    new Map([
      ["a", { totalCount: 3, newAssignments: [[1], [1]] }],
      ["b", { totalCount: 2 }],
      ["c", { totalCount: 2 }],
    ]),
  );
  assertEquals(results.error("a"), undefined);
  assertEquals((results.error("b") as KafkaError).code, "INVALID_PARTITIONS");
  assertEquals((results.error("c") as KafkaError).code, "UNKNOWN_TOPIC_OR_PARTITION");
  assertEquals((await admin.describeTopics(["a"])).get("a").partitions.length, 3);
});

Deno.test("partitions that are only checked are not added", async () => {
  await using world = await adminWorld();
  const { admin } = world;
  (await admin.createTopics([{ name: "a" }])).all();
  (await admin.createPartitions(new Map([["a", { totalCount: 5 }]]), { validateOnly: true })).all();
  assertEquals((await admin.describeTopics(["a"])).get("a").partitions.length, 1);
});
