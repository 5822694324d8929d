import { assertEquals, assertThrows } from "@std/assert";
import { errorName, KafkaError } from "../../../client/protocol/error_codes.ts";
import { electLeaders } from "../../../cluster/controller/leader_election.ts";
import { TestController } from "./controller_support.ts";

const PREFERRED = 0;
const UNCLEAN = 1;

function controller(): TestController {
  const controller = new TestController({ brokers: { 1: {}, 2: {}, 3: { fenced: true } } });
  controller.addTopic("t", [
    {},
    { replicas: [1, 2], leader: 2 },
    { replicas: [3, 2], leader: 2, isr: [2] },
    { replicas: [3, 2], leader: -1, isr: [3] },
    { replicas: [3], leader: -1, isr: [3] },
  ]);
  return controller;
}

function elect(
  from: TestController,
  electionType: number,
  partitions: readonly number[] | null,
  topic = "t",
) {
  const { response, records } = from.decide((context) =>
    electLeaders(context, {
      electionType,
      topicPartitions: partitions === null ? null : [{ topic, partitions }],
      timeoutMs: 1000,
    })
  );
  return {
    records: records.length,
    told: response.flatMap(({ topic, partitionResult }) =>
      partitionResult.map(({ partitionId, errorCode, errorMessage }) =>
        `${topic}-${partitionId} ${errorName(errorCode)} ${errorMessage}`
      )
    ),
  };
}

Deno.test("the preferred replica leads when it is in sync", () => {
  const from = controller();
  assertEquals(elect(from, PREFERRED, [0, 1, 2]), {
    records: 1,
    told: [
      "t-0 ELECTION_NOT_NEEDED Leader election not needed for topic partition.",
      "t-1 NONE null",
      "t-2 PREFERRED_LEADER_NOT_AVAILABLE The preferred leader was not available.",
    ],
  });
  assertEquals([from.partition("t", 1).leader, from.partition("t", 1).leaderEpoch], [1, 1]);
});

Deno.test("an unclean election takes somebody who is up, where nobody leads", () => {
  const from = controller();
  assertEquals(elect(from, UNCLEAN, [0, 3, 4]), {
    records: 1,
    told: [
      "t-0 ELECTION_NOT_NEEDED Leader election not needed for topic partition.",
      "t-3 NONE null",
      "t-4 ELIGIBLE_LEADERS_NOT_AVAILABLE Eligible topic partition leaders are not available.",
    ],
  });
  const { leader, isr, leaderRecoveryState } = from.partition("t", 3);
  assertEquals([leader, isr, leaderRecoveryState], [2, [2], 1]);
});

Deno.test("asked for all partitions, those that need no election are not told of", () => {
  assertEquals(elect(controller(), PREFERRED, null).told.map((line) => line.split(" ")[0]), [
    "t-1",
    "t-2",
    "t-3",
    "t-4",
  ]);
});

Deno.test("what is not there is told in the words of Kafka's tool", () => {
  const file = new URL("../../fixtures/cli/leader-election-missing.txt", import.meta.url);
  const { told: [line] } = elect(controller(), PREFERRED, [0], "no-such-topic");
  assertEquals(line, "no-such-topic-0 UNKNOWN_TOPIC_OR_PARTITION No such topic as no-such-topic");
  assertEquals(Deno.readTextFileSync(file).includes(line!.split(" ").slice(2).join(" ")), true);
  assertEquals(elect(controller(), PREFERRED, [9]).told, [
    "t-9 UNKNOWN_TOPIC_OR_PARTITION No such partition as t-9",
  ]);
});

Deno.test("a kind of election that there is not is refused", () => {
  assertThrows(() => elect(controller(), 2, [0]), KafkaError, "Unknown election type 2");
});
