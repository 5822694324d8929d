import { assertEquals, assertRejects } from "@std/assert";
import { errorCode, KafkaError } from "../../../client/protocol/error_codes.ts";
import { electLeaders } from "../../../client/protocol/messages/elect_leaders.ts";
import { adminWorld, scriptedAdmin } from "../../support/admin.ts";
import { ScriptedNodes } from "../../support/scripted_nodes.ts";

const p = (partition: number, topic = "orders") => ({ topic, partition });

Deno.test("leaders are elected, each partition with its own error", async () => {
  await using world = await adminWorld();
  const { admin } = world;
  (await admin.createTopics([{ name: "orders" }])).all();
  const results = await admin.electLeaders("PREFERRED", [p(0), p(0, "nope")]);
  assertEquals((results.error(p(0)) as KafkaError).code, "ELECTION_NOT_NEEDED");
  assertEquals((results.error(p(0, "nope")) as KafkaError).code, "UNKNOWN_TOPIC_OR_PARTITION");
  assertEquals((await admin.electLeaders("UNCLEAN", undefined)).size, 0);
});

Deno.test("the kind of election and the partitions are told, and an error of the whole is thrown", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.inTurn(
    electLeaders,
    () => ({
      replicaElectionResults: [{
        topic: "orders",
        partitionResult: [{ partitionId: 1, errorCode: 0, errorMessage: null }],
      }],
    }),
    () => ({ errorCode: errorCode("CLUSTER_AUTHORIZATION_FAILED"), replicaElectionResults: [] }),
  );
  await using admin = scriptedAdmin(nodes);
  const results = await admin.electLeaders("UNCLEAN", [p(1)]);
  assertEquals([results.keys(), results.error(p(1))], [[p(1)], undefined]);
  await assertRejects(() => admin.electLeaders("PREFERRED", undefined), KafkaError);
  const asked = nodes.of(electLeaders).map(({ request }) => [
    request.electionType,
    request.topicPartitions,
  ]);
  assertEquals(asked, [[1, [{ topic: "orders", partitions: [1] }]], [0, null]]);
});

Deno.test("an old controller elects preferred leaders only", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.highest.set("ElectLeaders", 0);
  nodes.on(electLeaders, () => ({ replicaElectionResults: [] }));
  await using admin = scriptedAdmin(nodes);
  await admin.electLeaders("PREFERRED", [p(0)]);
  await assertRejects(
    () => admin.electLeaders("UNCLEAN", [p(0)]),
    KafkaError,
    "API Version 0 only supports PREFERRED election type",
  );
});
