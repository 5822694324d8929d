import { assertEquals } from "@std/assert";
import {
  AddOffsetsRequest,
  TxnOffsetCommitRequest,
} from "../../../client/producer/offsets_to_transaction.ts";
import { errorCode, type ErrorName } from "../../../client/protocol/error_codes.ts";
import {
  answering,
  outcomeText,
  type SentRequest,
  withError,
} from "../../support/transactional_requests.ts";

const wanted = {
  transactionalId: "tx",
  producer: { producerId: 1, epoch: 2 },
  group: { groupId: "g", generationId: 3, memberId: "m" },
  offsets: [
    [{ topic: "a", partition: 0 }, { offset: 5, metadata: "x" }],
    [{ topic: "a", partition: 1 }, { offset: 6, leaderEpoch: 4 }],
  ] as const,
  isVersion2: true,
};
const answer = (...errors: readonly ErrorName[]) => ({
  topics: [{
    name: "a",
    partitions: errors.map((error, partitionIndex) => ({
      partitionIndex,
      errorCode: errorCode(error),
    })),
  }],
});

Deno.test("a group becomes part of the transaction, and its offsets come after that", async () => {
  let added = 0;
  const request = new AddOffsetsRequest(wanted, () => added++);
  const outcome = await request.exchange(answering(withError("NONE")));
  if (outcome.kind === "success") outcome.apply();
  assertEquals([outcome.kind === "success" && outcome.continues, added], [true, 1]);
  const told = async (error: ErrorName) =>
    outcomeText(await request.exchange(answering(withError(error))));
  assertEquals(await told("GROUP_AUTHORIZATION_FAILED"), "abortable: GROUP_AUTHORIZATION_FAILED");
  assertEquals(await told("NOT_COORDINATOR"), "retry elsewhere");
  assertEquals(
    await told("INVALID_GROUP_ID"),
    "fatal: Unexpected error in AddOffsetsToTxnResponse: The group id is invalid.",
  );
});

Deno.test("offsets go to the group's coordinator, with who commits them", async () => {
  const sent: SentRequest[] = [];
  const request = new TxnOffsetCommitRequest(wanted);
  assertEquals(
    outcomeText(await request.exchange(answering(answer("NONE", "NONE"), sent))),
    "success",
  );
  assertEquals(request.coordinator, { type: "group", key: "g" });
  const { draft } = sent[0]!;
  assertEquals([draft["generationId"], draft["memberId"], draft["groupInstanceId"]], [
    3,
    "m",
    null,
  ]);
  assertEquals(draft["topics"], [{
    name: "a",
    partitions: [
      { partitionIndex: 0, committedOffset: 5, committedLeaderEpoch: -1, committedMetadata: "x" },
      { partitionIndex: 1, committedOffset: 6, committedLeaderEpoch: 4, committedMetadata: "" },
    ],
  }]);
});

Deno.test("only offsets that were not committed are sent again", async () => {
  const sent: SentRequest[] = [];
  const request = new TxnOffsetCommitRequest(wanted);
  const first = await request.exchange(
    answering(answer("NONE", "UNKNOWN_TOPIC_OR_PARTITION"), sent),
  );
  assertEquals(outcomeText(first), "retry");
  await request.exchange(answering(answer(), sent));
  const [topic] = sent[1]!.draft["topics"] as { partitions: { partitionIndex: number }[] }[];
  assertEquals(topic!.partitions.map(({ partitionIndex }) => partitionIndex), [1]);
});

Deno.test("errors", async () => {
  const told = async (error: ErrorName) =>
    outcomeText(
      await new TxnOffsetCommitRequest(wanted).exchange(answering(answer(error, "NONE"))),
    );
  assertEquals(await told("REQUEST_TIMED_OUT"), "retry elsewhere");
  assertEquals(await told("COORDINATOR_LOAD_IN_PROGRESS"), "retry");
  assertEquals(
    await told("ILLEGAL_GENERATION"),
    "abortable: Transaction offset Commit failed due to consumer group metadata mismatch: Specified group generation id is not valid.",
  );
  assertEquals(await told("FENCED_INSTANCE_ID"), "abortable: FENCED_INSTANCE_ID");
  assertEquals(await told("PRODUCER_FENCED"), "fatal: PRODUCER_FENCED");
  assertEquals(
    await told("UNSUPPORTED_FOR_MESSAGE_FORMAT"),
    "fatal: UNSUPPORTED_FOR_MESSAGE_FORMAT",
  );
  assertEquals(
    (await told("INVALID_TXN_STATE")).startsWith(
      "fatal: Unexpected error in TxnOffsetCommitResponse",
    ),
    true,
  );
});
