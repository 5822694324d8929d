import { assertEquals } from "@std/assert";
import { MetadataCache } from "../../client/metadata_cache.ts";
import type { MetadataResponse } from "../../client/protocol/messages/metadata.ts";
import { decode, encode } from "../../storage/message/message_codec.ts";
import { metadata } from "../../client/protocol/messages/metadata.ts";
import { errorCode, type ErrorName } from "../../client/protocol/error_codes.ts";

const ID = "AAAAAAAAAAAAAAAAAAAABA";
const OTHER_ID = "AAAAAAAAAAAAAAAAAAAABQ";

interface TopicLine {
  readonly name: string;
  readonly id?: string;
  readonly error?: ErrorName;
  /** Leader and epoch of each partition. */
  readonly leaders?: readonly (readonly [number, number])[];
}

function answer(...topics: readonly TopicLine[]): MetadataResponse {
  const bytes = encode(metadata.response, 13, {
    brokers: [1, 2, 3].map((nodeId) => ({ nodeId, host: `b${nodeId}`, port: 9092 })),
    clusterId: "c",
    controllerId: 2,
    topics: topics.map(({ name, id = ID, error = "NONE", leaders = [] }) => ({
      name,
      topicId: id,
      errorCode: errorCode(error),
      partitions: leaders.map(([leaderId, leaderEpoch], partitionIndex) => ({
        partitionIndex,
        leaderId,
        leaderEpoch,
        replicaNodes: [1, 2],
        isrNodes: [1],
        offlineReplicas: [2],
      })).reverse(),
    })),
  });
  return decode(metadata.response, 13, bytes);
}

function leadersOf(cache: MetadataCache, topic: string): [number, number][] | undefined {
  return cache.topic(topic)?.partitions.map(({ leader, leaderEpoch }) => [leader, leaderEpoch]);
}

Deno.test("an answer tells brokers, controller, topics and partitions", () => {
  const cache = new MetadataCache();
  assertEquals(cache.update(answer({ name: "a", leaders: [[1, 5], [2, 6]] })), true);
  assertEquals([cache.clusterId, cache.controllerId, [...cache.nodes.keys()]], ["c", 2, [1, 2, 3]]);
  assertEquals(leadersOf(cache, "a"), [[1, 5], [2, 6]]);
  assertEquals(cache.topicById(ID)?.name, "a");
  assertEquals(cache.partition({ topic: "a", partition: 1 }), {
    partition: 1,
    leader: 2,
    leaderEpoch: 6,
    replicas: [1, 2],
    isr: [1],
    offlineReplicas: [2],
    error: "NONE",
  });
  assertEquals(cache.partition({ topic: "a", partition: 2 }), undefined);
  assertEquals(cache.version, 1);
});

Deno.test("an answer that is older than what is known does not bring an old leader back", () => {
  const cache = new MetadataCache();
  cache.update(answer({ name: "a", leaders: [[1, 5]] }));
  cache.update(answer({ name: "a", leaders: [[2, 4]] }));
  assertEquals(leadersOf(cache, "a"), [[1, 5]]);
  assertEquals(cache.update(answer({ name: "a", leaders: [[1, 5]] })), false);
  assertEquals(cache.update(answer({ name: "a", leaders: [[2, 6]] })), true);
  assertEquals(leadersOf(cache, "a"), [[2, 6]]);
});

Deno.test("a topic that was made anew begins with its own epochs", () => {
  const cache = new MetadataCache();
  cache.update(answer({ name: "a", leaders: [[1, 5]] }));
  cache.update(answer({ name: "a", id: OTHER_ID, leaders: [[2, 0]] }));
  assertEquals(leadersOf(cache, "a"), [[2, 0]]);
  assertEquals([cache.topicById(ID), cache.topicById(OTHER_ID)?.name], [undefined, "a"]);
});

Deno.test("topics that an answer does not speak of are kept when they are wanted", () => {
  const cache = new MetadataCache();
  cache.update(answer({ name: "a", leaders: [[1, 5]] }, { name: "b", id: OTHER_ID, leaders: [] }));
  cache.update(answer(), (topic) => topic === "a");
  assertEquals([...cache.topics.keys()], ["a"]);
  cache.update(answer());
  assertEquals([...cache.topics.keys()], []);
});

Deno.test("errors of topics are remembered until an answer is without", () => {
  const cache = new MetadataCache();
  cache.update(answer({ name: "a", error: "UNKNOWN_TOPIC_OR_PARTITION" }));
  assertEquals([cache.topicError("a"), cache.topic("a")], [
    "UNKNOWN_TOPIC_OR_PARTITION",
    undefined,
  ]);
  cache.update(answer({ name: "a", leaders: [[1, 0]] }));
  assertEquals(cache.topicError("a"), undefined);
  cache.update(answer({ name: "a", error: "LEADER_NOT_AVAILABLE" }));
  assertEquals([cache.topicError("a"), leadersOf(cache, "a")], ["LEADER_NOT_AVAILABLE", [[1, 0]]]);
  cache.update(answer({ name: "a", error: "UNKNOWN_TOPIC_OR_PARTITION" }));
  assertEquals(cache.topic("a"), undefined);
});

Deno.test("leaders that another answer tells are taken when they are newer and can be reached", () => {
  const cache = new MetadataCache();
  cache.update(answer({ name: "a", leaders: [[1, 5], [1, 5], [1, 5], [1, 5]] }));
  const { version } = cache;
  const changed = cache.updateLeaders([
    { topic: "a", partition: 0, leaderId: 4, leaderEpoch: 6 },
    { topic: "a", partition: 1, leaderId: 2, leaderEpoch: 5 },
    { topic: "a", partition: 2, leaderId: 9, leaderEpoch: 6 },
    { topic: "a", partition: 3, leaderId: -1, leaderEpoch: -1 },
    { topic: "b", partition: 0, leaderId: 2, leaderEpoch: 6 },
  ], [{ nodeId: 4, host: "b4", port: 1, rack: null }]);
  assertEquals(changed, [{ topic: "a", partition: 0 }]);
  assertEquals(leadersOf(cache, "a"), [[4, 6], [1, 5], [1, 5], [1, 5]]);
  assertEquals([cache.nodes.get(4)?.host, cache.version], ["b4", version + 1]);
  assertEquals(cache.updateLeaders([], []), []);
  assertEquals(cache.version, version + 1);
});
