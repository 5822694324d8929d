import { assertEquals, assertThrows } from "@std/assert";
import { errorCode, type ErrorName, KafkaError } from "../../../../client/protocol/error_codes.ts";
import type {
  MetadataRequest,
  MetadataResponse,
} from "../../../../client/protocol/messages/metadata.ts";
import { decode, type Draft, encode } from "../../../../storage/message/message_codec.ts";
import type { MetadataImage } from "../../../../cluster/controller/metadata_image.ts";
import { metadataHandler } from "../../../../cluster/server/handlers/metadata.ts";
import { call, responseOf } from "../../../support/handler_call.ts";
import { imageOf } from "../../../support/metadata_image.ts";
import { topicIdOf } from "../../../support/replicas.ts";

const ALL_VERSIONS = Array.from({ length: 14 }, (_, version) => version);
const ZERO = "AAAAAAAAAAAAAAAAAAAAAA";

interface Setup {
  readonly image?: MetadataImage;
  readonly enabled?: boolean;
  readonly created?: string[];
}

function handlerFor({ image = imageOf({ topics: { t: [{}] } }), enabled = true, created }: Setup) {
  return metadataHandler({
    image: () => image,
    clusterId: "cluster",
    random: { next: () => 0, bytes: (length) => new Uint8Array(length) },
    autoCreateTopicsEnable: () => enabled,
    autoCreate: (names) => {
      created?.push(...names);
      return new Map(names.map((name): [string, ErrorName] => [
        name,
        name === "bad name" ? "INVALID_TOPIC_EXCEPTION" : "UNKNOWN_TOPIC_OR_PARTITION",
      ]));
    },
  });
}

function ask(
  version: number,
  request: Draft<MetadataRequest>,
  setup: Setup = {},
): MetadataResponse {
  return call(handlerFor(setup), version, request) as MetadataResponse;
}

const named = (...names: string[]) => names.map((name) => ({ name }));
const errors = ({ topics }: MetadataResponse) =>
  topics.map(({ name, errorCode }) => [name, errorCode]);

Deno.test("every version tells brokers, topics and leaders", () => {
  for (const version of ALL_VERSIONS) {
    const { brokers, topics } = ask(version, { topics: named("t") });
    assertEquals(brokers.map(({ nodeId, host, port }) => [nodeId, host, port]), [[
      1,
      "host1",
      9092,
    ]]);
    assertEquals(topics.length, 1);
    assertEquals(topics[0]!.name, "t");
    assertEquals(topics[0]!.topicId, version >= 10 ? topicIdOf("t") : ZERO);
    const [partition] = topics[0]!.partitions;
    assertEquals(partition, {
      errorCode: 0,
      partitionIndex: 0,
      leaderId: 1,
      leaderEpoch: version >= 7 ? 3 : -1,
      replicaNodes: [1],
      isrNodes: [1],
      offlineReplicas: [],
    });
  }
});

Deno.test("the cluster's id and a broker for the controller are told as soon as versions have them", () => {
  assertEquals(ask(0, { topics: [] }).controllerId, -1);
  assertEquals(ask(1, { topics: [] }).controllerId, 1);
  assertEquals(ask(1, { topics: [] }).clusterId, null);
  assertEquals(ask(2, { topics: [] }).clusterId, "cluster");
});

Deno.test("version 0 asks for all topics by an empty list, later ones by null", () => {
  const image = imageOf({ topics: { a: [{}], b: [{}] } });
  assertEquals(ask(0, { topics: [] }, { image }).topics.map(({ name }) => name), ["a", "b"]);
  for (const version of ALL_VERSIONS.slice(1)) {
    assertEquals(ask(version, { topics: null }, { image }).topics.map(({ name }) => name), [
      "a",
      "b",
    ]);
    assertEquals(ask(version, { topics: [] }, { image }).topics, []);
  }
});

Deno.test("the cluster's own topics are marked", () => {
  const image = imageOf({ topics: { __consumer_offsets: [{}], t: [{}] } });
  assertEquals(
    ask(1, { topics: null }, { image }).topics.map(({ isInternal }) => isInternal),
    [true, false],
  );
});

Deno.test("a topic that is asked for twice is answered once", () => {
  assertEquals(errors(ask(9, { topics: named("t", "t") })), [["t", 0]]);
});

Deno.test("a topic that there is not is made, where client and broker want that", () => {
  const created: string[] = [];
  const missing = { topics: named("t", "new", "bad name"), allowAutoTopicCreation: true };
  assertEquals(errors(ask(4, missing, { created })), [
    ["t", 0],
    ["new", errorCode("UNKNOWN_TOPIC_OR_PARTITION")],
    ["bad name", errorCode("INVALID_TOPIC_EXCEPTION")],
  ]);
  assertEquals(created, ["new", "bad name"]);
});

Deno.test("clients before version 4 always want topics to be made", () => {
  const created: string[] = [];
  ask(1, { topics: named("new") }, { created });
  assertEquals(created, ["new"]);
});

Deno.test("a topic that there is not is an error, where client or broker do not want it made", () => {
  const created: string[] = [];
  const expected = [
    ["new", errorCode("UNKNOWN_TOPIC_OR_PARTITION")],
    ["bad name", errorCode("INVALID_TOPIC_EXCEPTION")],
  ];
  const topics = named("new", "bad name");
  assertEquals(errors(ask(4, { topics, allowAutoTopicCreation: false }, { created })), expected);
  assertEquals(
    errors(ask(4, { topics, allowAutoTopicCreation: true }, { created, enabled: false })),
    expected,
  );
  assertEquals(created, []);
});

Deno.test("topics are found by their ids, and nothing is made for an id that nobody has", () => {
  const created: string[] = [];
  const request = {
    topics: [{ topicId: topicIdOf("t"), name: null }, { topicId: topicIdOf("gone"), name: null }],
    allowAutoTopicCreation: true,
  };
  for (const version of [12, 13]) {
    const { topics } = ask(version, request, { created });
    assertEquals(topics.map(({ errorCode, name, topicId }) => [errorCode, name, topicId]), [
      [errorCode("UNKNOWN_TOPIC_ID"), null, topicIdOf("gone")],
      [0, "t", topicIdOf("t")],
    ]);
  }
  assertEquals(created, []);
});

Deno.test("one topic id makes it a request by ids, names are passed over", () => {
  const image = imageOf({ topics: { a: [{}], b: [{}] } });
  const topics = [{ topicId: topicIdOf("a"), name: null }, { name: "b" }];
  assertEquals(errors(ask(12, { topics }, { image })), [["a", 0]]);
});

Deno.test("ids and missing names are refused where a version cannot ask by them", () => {
  const refused = (version: number, topic: { name: string | null; topicId?: string }) =>
    assertThrows(() => ask(version, { topics: [topic] }), KafkaError).message;
  assertEquals(
    refused(10, { name: "t", topicId: topicIdOf("t") }),
    "Topic IDs are not supported in requests for version 10",
  );
  assertEquals(refused(11, { name: null }), "Topic name can not be null for version 11");
  assertEquals(refused(13, { name: null }), "A topic must have a name or an id");
});

Deno.test("what clients may do is told when they ask, as on a broker without an authorizer", () => {
  const request = {
    topics: named("t", "new"),
    includeClusterAuthorizedOperations: true,
    includeTopicAuthorizedOperations: true,
  };
  const answer = ask(8, request);
  assertEquals(answer.clusterAuthorizedOperations, 8096);
  assertEquals(answer.topics.map((topic) => topic.topicAuthorizedOperations), [3576, 3576]);
  const silent = ask(8, { topics: named("t") });
  assertEquals(silent.clusterAuthorizedOperations, -2147483648);
  assertEquals(silent.topics[0]!.topicAuthorizedOperations, -2147483648);
  const { includeTopicAuthorizedOperations, topics } = request;
  assertEquals(
    ask(13, { topics, includeTopicAuthorizedOperations }).topics[0]!.topicAuthorizedOperations,
    3576,
  );
});

const CLUSTER = {
  brokers: [
    { brokerId: 1, listeners: { PLAINTEXT: 9092 } },
    { brokerId: 2, listeners: { PLAINTEXT: 9093 }, fenced: true },
    { brokerId: 3, listeners: { INTERNAL: 9094 } },
  ],
};

Deno.test("brokers that are fenced, or lack the listener, are not told", () => {
  const image = imageOf(CLUSTER);
  assertEquals(ask(1, { topics: [] }, { image }).brokers.map(({ nodeId }) => nodeId), [1]);
});

Deno.test("a leader that is away is an error, and one that lacks the listener another since version 6", () => {
  const image = imageOf({ ...CLUSTER, topics: { t: [{ replicas: [9] }, { replicas: [3] }] } });
  const codes = (version: number) =>
    ask(version, { topics: named("t") }, { image }).topics[0]!.partitions
      .map(({ errorCode, leaderId }) => [errorCode, leaderId]);
  const away = errorCode("LEADER_NOT_AVAILABLE");
  assertEquals(codes(5), [[away, -1], [away, -1]]);
  assertEquals(codes(6), [[away, -1], [errorCode("LISTENER_NOT_FOUND"), -1]]);
});

Deno.test("replicas that are away are left out with an error in version 0, and only marked later", () => {
  const image = imageOf({ ...CLUSTER, topics: { t: [{ replicas: [1, 2, 3] }] } });
  const partition = (version: number) =>
    ask(version, { topics: named("t") }, { image }).topics[0]!.partitions[0]!;
  assertEquals(partition(0).errorCode, errorCode("REPLICA_NOT_AVAILABLE"));
  assertEquals(partition(0).replicaNodes, [1]);
  assertEquals(partition(0).isrNodes, [1]);
  assertEquals(partition(1).errorCode, 0);
  assertEquals(partition(5).replicaNodes, [1, 2, 3]);
  assertEquals(partition(5).isrNodes, [1, 2, 3]);
  assertEquals(partition(5).offlineReplicas, [2, 3]);
});

Deno.test("a request that fails is answered topic by topic", () => {
  const { api, onError } = handlerFor({});
  for (const version of ALL_VERSIONS) {
    const request = decode(
      api.request,
      version,
      encode(api.request, version, { topics: named("t") }),
    );
    const bytes = encode(api.response, version, responseOf(onError(request, "INVALID_REQUEST")));
    const response = decode(api.response, version, bytes);
    assertEquals(errors(response), [["t", errorCode("INVALID_REQUEST")]]);
    assertEquals(response.errorCode, version >= 13 ? errorCode("INVALID_REQUEST") : 0);
  }
});
