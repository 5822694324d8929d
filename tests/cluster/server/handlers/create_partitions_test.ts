import { assertEquals } from "@std/assert";
import { errorCode } from "../../../../client/protocol/error_codes.ts";
import { createPartitions } from "../../../../client/protocol/messages/create_partitions.ts";
import { makeTopic, startBroker } from "../../../support/broker.ts";

// What the controller decides is in tests/cluster/controller/partition_addition_test.ts.

Deno.test("partitions are added, and a request that only asks adds none", async () => {
  await using started = await startBroker();
  const { client, broker } = started;
  await makeTopic(client, "t", 1);
  const partitions = () => broker.metadata.topics.byName.get("t")!.partitions.size;
  const add = async (count: number, validateOnly: boolean) => {
    const { results } = await client.call(createPartitions, 3, {
      topics: [{ name: "t", count, assignments: null }],
      timeoutMs: 1000,
      validateOnly,
    });
    return [results[0]!.errorCode, results[0]!.errorMessage];
  };
  assertEquals(await add(3, true), [0, null]);
  assertEquals(partitions(), 1);
  assertEquals(await add(3, false), [0, null]);
  assertEquals(partitions(), 3);
  assertEquals(await add(2, false), [
    errorCode("INVALID_PARTITIONS"),
    "The topic t currently has 3 partition(s); 2 would not be an increase.",
  ]);
});
