import { assertEquals } from "@std/assert";
import type { FetchRequest } from "../../../client/protocol/messages/fetch.ts";
import { fetch } from "../../../client/protocol/messages/fetch.ts";
import { decode, type Draft, encode } from "../../../storage/message/message_codec.ts";
import { FetchSessionTopics } from "../../../cluster/testing/fetch_session_topics.ts";

function request(draft: Draft<FetchRequest>): FetchRequest {
  return decode(fetch.request, 12, encode(fetch.request, 12, draft));
}

const of = (...partitions: [string, ...number[]][]) =>
  partitions.map(([topic, ...numbers]) => ({
    topic,
    partitions: numbers.map((partition) => ({ partition })),
  }));
const without = (topic: string, ...partitions: number[]) => [{ topic, partitions }];

Deno.test("a fetch without a session is about what it names", () => {
  const topics = new FetchSessionTopics(() => undefined);
  const connection = {};
  assertEquals(topics.topicsOf(request({ sessionEpoch: -1, topics: of(["a", 0]) }), connection), [
    "a",
  ]);
  assertEquals(topics.topicsOf(request({ sessionEpoch: -1, topics: of(["b", 0]) }), connection), [
    "b",
  ]);
});

Deno.test("a fetch in a session is about what its session has", () => {
  const topics = new FetchSessionTopics(() => undefined);
  const connection = {};
  const ask = (draft: Draft<FetchRequest>) => topics.topicsOf(request(draft), connection);
  assertEquals(ask({ sessionEpoch: 0, topics: of(["a", 0, 1], ["b", 0]) }), ["a", "b"]);
  assertEquals(ask({ sessionId: 7, sessionEpoch: 1 }), ["a", "b"]);
  assertEquals(ask({ sessionId: 7, sessionEpoch: 2, topics: of(["c", 0]) }), ["a", "b", "c"]);
  assertEquals(
    ask({ sessionId: 7, sessionEpoch: 3, forgottenTopicsData: without("b", 0) }),
    ["a", "c"],
  );
  assertEquals(
    ask({ sessionId: 7, sessionEpoch: 4, forgottenTopicsData: without("a", 0) }),
    ["a", "c"],
  );
});

Deno.test("connections have sessions of their own", () => {
  const topics = new FetchSessionTopics(() => undefined);
  topics.topicsOf(request({ sessionEpoch: 0, topics: of(["a", 0]) }), { one: 1 });
  assertEquals(topics.topicsOf(request({ sessionId: 7, sessionEpoch: 1 }), { two: 2 }), []);
});

Deno.test("topics that are named by ids are found by their names", () => {
  const topics = new FetchSessionTopics((id) => id === "bbbbbbbbbbbbbbbbbbbbbA" ? "a" : undefined);
  const bytes = encode(fetch.request, 13, {
    sessionEpoch: -1,
    topics: [{ topicId: "bbbbbbbbbbbbbbbbbbbbbA", partitions: [{ partition: 0 }] }],
  });
  assertEquals(topics.topicsOf(decode(fetch.request, 13, bytes), {}), ["a"]);
});
