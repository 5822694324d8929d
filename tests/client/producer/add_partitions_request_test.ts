import { assertEquals } from "@std/assert";
import { AddPartitionsRequest } from "../../../client/producer/add_partitions_request.ts";
import { PartitionQueue } from "../../../client/producer/partition_queue.ts";
import { errorCode, type ErrorName } from "../../../client/protocol/error_codes.ts";
import { answering, outcomeText, type SentRequest } from "../../support/transactional_requests.ts";

const queues = [new PartitionQueue("a", 0), new PartitionQueue("b", 3), new PartitionQueue("a", 1)];

/** Answers of the partitions a-0, b-3 and a-1. */
const answer = (...[a0, b3, a1]: ErrorName[]) => ({
  resultsByTopicV3AndBelow: [
    {
      name: "a",
      resultsByPartition: [
        { partitionIndex: 0, partitionErrorCode: errorCode(a0!) },
        { partitionIndex: 1, partitionErrorCode: errorCode(a1!) },
      ],
    },
    { name: "b", resultsByPartition: [{ partitionIndex: 3, partitionErrorCode: errorCode(b3!) }] },
  ],
});

async function outcomeOf(answered: unknown, isFirst = false, sent: SentRequest[] = []) {
  const added: boolean[] = [];
  const request = new AddPartitionsRequest({
    transactionalId: "tx",
    producer: { producerId: 1, epoch: 2 },
    partitions: queues,
    isFirst: () => isFirst,
    answered: (_partitions, areAdded) => added.push(areAdded),
  });
  const outcome = await request.exchange(answering(answered, sent));
  if (outcome.kind === "success") outcome.apply();
  return { outcome, added, text: outcomeText(outcome) };
}

Deno.test("partitions are asked for by topic, in the last version that is for clients", async () => {
  const sent: SentRequest[] = [];
  const { text, added } = await outcomeOf(answer("NONE", "NONE", "NONE"), false, sent);
  assertEquals([text, added], ["success", [true]]);
  assertEquals(sent[0]!.maxVersion, 3);
  assertEquals(sent[0]!.draft["v3AndBelowTopics"], [
    { name: "a", partitions: [0, 1] },
    { name: "b", partitions: [3] },
  ]);
});

Deno.test("while the transaction before is being ended it is tried again soon", async () => {
  const concurrent = answer("CONCURRENT_TRANSACTIONS", "NONE", "NONE");
  assertEquals((await outcomeOf(concurrent, true)).outcome, { kind: "retry", backoffMs: 20 });
  assertEquals((await outcomeOf(concurrent, false)).outcome, { kind: "retry" });
});

Deno.test("topics that may not be written to are named", async () => {
  const { outcome, added } = await outcomeOf(
    answer("TOPIC_AUTHORIZATION_FAILED", "OPERATION_NOT_ATTEMPTED", "NONE"),
  );
  assertEquals([outcome.kind, added], ["abortable", [false]]);
  if (outcome.kind === "abortable") {
    assertEquals(outcome.error.message, "Not authorized to access topics: [a]");
  }
});

Deno.test("an error of one partition is one of all", async () => {
  assertEquals(
    (await outcomeOf(answer("NONE", "INVALID_TXN_STATE", "NONE"))).text,
    "fatal: INVALID_TXN_STATE",
  );
  assertEquals(
    (await outcomeOf(answer("NONE", "INVALID_REQUEST", "NONE"))).text,
    "abortable: Could not add partitions to transaction due to errors: {a-0=NONE, a-1=NONE, b-3=INVALID_REQUEST}",
  );
  assertEquals(
    (await outcomeOf({ resultsByTopicV3AndBelow: [] })).text.startsWith("abortable"),
    true,
  );
});
