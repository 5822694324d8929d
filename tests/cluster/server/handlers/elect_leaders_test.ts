import { assertEquals } from "@std/assert";
import { errorCode } from "../../../../client/protocol/error_codes.ts";
import { electLeaders } from "../../../../client/protocol/messages/elect_leaders.ts";
import { makeTopic, startBroker } from "../../../support/broker.ts";

// What the controller decides is in tests/cluster/controller/leader_election_test.ts.

Deno.test("the one replica leads already, and what is not there is told so, in every version", async () => {
  await using started = await startBroker();
  const { client } = started;
  await makeTopic(client, "t", 2);
  for (let version = 0; version <= 2; version++) {
    const { errorCode: whole, replicaElectionResults } = await client.call(electLeaders, version, {
      electionType: 0,
      topicPartitions: [{ topic: "t", partitions: [0, 9] }, { topic: "none", partitions: [0] }],
      timeoutMs: 1000,
    });
    assertEquals(whole, 0);
    assertEquals(
      replicaElectionResults.map(({ topic, partitionResult }) => [
        topic,
        ...partitionResult.map((result) => result.errorCode),
      ]),
      [
        ["t", errorCode("ELECTION_NOT_NEEDED"), errorCode("UNKNOWN_TOPIC_OR_PARTITION")],
        ["none", errorCode("UNKNOWN_TOPIC_OR_PARTITION")],
      ],
    );
  }
});

Deno.test("asked for all partitions, a node that leads them all has nothing to tell of any", async () => {
  await using started = await startBroker();
  const { client } = started;
  await makeTopic(client, "t", 2);
  const response = await client.call(electLeaders, 2, {
    electionType: 1,
    topicPartitions: null,
    timeoutMs: 1000,
  });
  assertEquals(response.replicaElectionResults, [{ topic: "t", partitionResult: [] }]);
});

Deno.test("a kind of election that there is not is an error of the whole request, and of each partition", async () => {
  await using started = await startBroker();
  const { errorCode: whole, replicaElectionResults } = await started.client.call(electLeaders, 2, {
    electionType: 7,
    topicPartitions: [{ topic: "t", partitions: [0] }],
    timeoutMs: 1000,
  });
  const invalid = errorCode("INVALID_REQUEST");
  assertEquals(whole, invalid);
  assertEquals(replicaElectionResults[0]!.partitionResult, [{
    partitionId: 0,
    errorCode: invalid,
    errorMessage: "Unknown election type 7",
  }]);
});
