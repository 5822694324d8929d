import { assertEquals, assertThrows } from "@std/assert";
import {
  listedOffsets,
  listOffsetsRequest,
  type OffsetQuery,
} from "../../../client/consumer/list_offsets.ts";
import { errorCode, type ErrorName, KafkaError } from "../../../client/protocol/error_codes.ts";
import type { ListOffsetsResponse } from "../../../client/protocol/messages/list_offsets.ts";
import { TopicPartitionMap } from "../../../storage/file/topic_partition_map.ts";
import { tp } from "../../support/consumer_world.ts";

function answer(...partitions: [string, number, ErrorName, number?][]): ListOffsetsResponse {
  return {
    throttleTimeMs: 0,
    topics: partitions.map(([name, partitionIndex, error, offset = -1]) => ({
      name,
      partitions: [{
        partitionIndex,
        errorCode: errorCode(error),
        timestamp: 5,
        offset,
        leaderEpoch: 2,
      }],
    })),
  };
}

Deno.test("partitions are asked about by topic, as the isolation level says", () => {
  const query: OffsetQuery = { timestamp: -1, currentLeaderEpoch: 3 };
  const queries = new TopicPartitionMap([[tp("a"), query], [tp("b"), query], [tp("a", 1), query]]);
  assertEquals(listOffsetsRequest(queries, "read_committed", 77), {
    replicaId: -1,
    isolationLevel: 1,
    topics: [
      {
        name: "a",
        partitions: [{ partitionIndex: 0, ...query }, { partitionIndex: 1, ...query }],
      },
      { name: "b", partitions: [{ partitionIndex: 0, ...query }] },
    ],
    timeoutMs: 77,
  });
  assertEquals(listOffsetsRequest(queries, "read_uncommitted", 77).isolationLevel, 0);
});

Deno.test("what is found, what is not, and what has to be asked again are told apart", () => {
  const asked = [tp("a"), tp("a", 1), tp("a", 2), tp("a", 3), tp("a", 4)];
  const { offsets, retry } = listedOffsets(
    asked,
    answer(
      ["a", 0, "NONE", 7],
      ["a", 1, "NONE", -1],
      ["a", 2, "UNSUPPORTED_FOR_MESSAGE_FORMAT"],
      ["a", 3, "NOT_LEADER_OR_FOLLOWER"],
      ["z", 0, "NONE", 9],
    ),
  );
  assertEquals([...offsets], [
    [tp("a"), { offset: 7, timestamp: 5, leaderEpoch: 2 }],
    [tp("a", 1), undefined],
    [tp("a", 2), undefined],
  ]);
  assertEquals([...retry], [
    [tp("a", 3), "NOT_LEADER_OR_FOLLOWER"],
    [tp("a", 4), "UNKNOWN_SERVER_ERROR"],
  ]);
});

Deno.test("topics that may not be read are told", () => {
  const error = assertThrows(
    () => listedOffsets([tp("a"), tp("b")], answer(["a", 0, "TOPIC_AUTHORIZATION_FAILED"])),
    KafkaError,
    "Not authorized to access topics: [a]",
  );
  assertEquals(error.code, "TOPIC_AUTHORIZATION_FAILED");
});
