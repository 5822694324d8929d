import { assert, assertEquals } from "@std/assert";
import {
  type FetchPartition,
  FetchSessionHandler,
  type FetchSessionRequest,
} from "../../../client/network/fetch_session_handler.ts";
import { errorCode, type ErrorName } from "../../../client/protocol/error_codes.ts";
import type { FetchResponse } from "../../../client/protocol/messages/fetch.ts";
import { TopicPartitionMap } from "../../../storage/file/topic_partition_map.ts";
import { ZERO_UUID } from "../../../storage/bytes/uuid.ts";
import { topicId } from "../../support/scripted_cluster.ts";

const A = topicId(1);
const B = topicId(2);

/** `a0@5` is partition 0 of topic a from offset 5. */
function wanted(text: string, ids: Record<string, string> = { a: A, b: B }) {
  const partitions = new TopicPartitionMap<FetchPartition>();
  for (const [, topic, partition, offset] of text.matchAll(/(\w)(\d)@(\d+)/g)) {
    partitions.set({ topic: topic!, partition: Number(partition) }, {
      topicId: ids[topic!]!,
      fetchOffset: Number(offset),
      maxBytes: 100,
      currentLeaderEpoch: 0,
    });
  }
  return partitions;
}

function text({ topics, forgotten, replaced, ...request }: FetchSessionRequest) {
  const partitions = topics.map(({ topic, partitions }) =>
    partitions!.map(({ partition, fetchOffset }) => `${topic}${partition}@${fetchOffset}`).join(" ")
  );
  const names = (list: typeof forgotten) =>
    list.flatMap(({ topic, partitions }) => partitions.map((partition) => `${topic}${partition}`));
  return {
    id: request.sessionId,
    epoch: request.sessionEpoch,
    topics: partitions.join(" "),
    forgotten: names(forgotten).join(" "),
    replaced: names(replaced).join(" "),
    ids: request.canUseTopicIds,
  };
}

/** An answer with these partitions, by id unless `names` are. */
function answer(
  partitions: string,
  { sessionId = 0, error = "NONE" as ErrorName, throttleTimeMs = 0, names = false } = {},
): FetchResponse {
  const responses = [...partitions.matchAll(/(\w)(\d)/g)].map(([, topic, partition]) => ({
    topic: names ? topic! : "",
    topicId: names ? ZERO_UUID : ({ a: A, b: B } as Record<string, string>)[topic!] ?? topicId(9),
    partitions: [{ partitionIndex: Number(partition), errorCode: 0, records: null }],
  }));
  return {
    throttleTimeMs,
    errorCode: errorCode(error),
    sessionId,
    responses,
    nodeEndpoints: [],
  } as unknown as FetchResponse;
}

const NOTHING = { forgotten: "", replaced: "", ids: true };

Deno.test("the first request asks for a session, the next tell what has changed", () => {
  const session = new FetchSessionHandler();
  assertEquals(text(session.next(wanted("a0@0 a1@10"))), {
    id: 0,
    epoch: 0,
    topics: "a0@0 a1@10",
    ...NOTHING,
  });
  const first = session.handleResponse(answer("a0 a1", { sessionId: 123 }));
  assert(first.type === "fetched");
  assertEquals(first.partitions.map(({ fetchOffset }) => fetchOffset), [0, 10]);
  assertEquals(text(session.next(wanted("a0@0 a1@11 b0@20"))), {
    id: 123,
    epoch: 1,
    topics: "a1@11 b0@20",
    ...NOTHING,
  });
  const second = session.handleResponse(answer("b0", { sessionId: 123 }));
  assert(second.type === "fetched");
  assertEquals(second.partitions[0]!.topicPartition, { topic: "b", partition: 0 });
  assertEquals(text(session.next(wanted("a1@11 b0@20"))), {
    id: 123,
    epoch: 2,
    topics: "",
    forgotten: "a0",
    replaced: "",
    ids: true,
  });
  assertEquals([...session.partitions()].length, 2);
});

Deno.test("without a session every request is whole", () => {
  const session = new FetchSessionHandler();
  for (const epoch of [0, 0]) {
    const request = text(session.next(wanted("a0@0 b0@1")));
    assertEquals([request.epoch, request.topics], [epoch, "a0@0 b0@1"]);
    assertEquals(session.handleResponse(answer("a0 b0")).type, "fetched");
  }
  assertEquals(session.sessionId, 0);
});

Deno.test("the order of partitions is kept, though a topic comes more than once", () => {
  const session = new FetchSessionHandler();
  const { topics } = session.next(wanted("a1@0 a2@0 b0@0 a0@0"));
  const sizes = topics.map(({ topic, partitions }) => [topic, partitions!.length]);
  assertEquals(sizes, [["a", 2], ["b", 1], ["a", 1]]);
});

Deno.test("a topic that was made anew replaces the one before", () => {
  const session = new FetchSessionHandler();
  session.next(wanted("a0@0"));
  session.handleResponse(answer("a0", { sessionId: 1 }));
  const { topics, replaced, forgotten } = session.next(wanted("a0@0", { a: topicId(5) }));
  assertEquals(topics[0]!.topicId, topicId(5));
  assertEquals(replaced, [{ topic: "a", topicId: A, partitions: [0] }]);
  assertEquals(forgotten, []);
});

Deno.test("one topic without an id makes all go by their names", () => {
  const session = new FetchSessionHandler();
  const ids = { a: A, b: ZERO_UUID };
  assertEquals(text(session.next(wanted("a0@0 b0@0", ids))).ids, false);
  const answered = session.handleResponse(answer("a0 b0", { sessionId: 1, names: true }));
  assertEquals(answered.type, "fetched");
  assertEquals(text(session.next(wanted("a0@0", ids))), {
    id: 1,
    epoch: 1,
    topics: "",
    forgotten: "b0",
    replaced: "",
    ids: false,
  });
});

Deno.test("an answer with too much or too little is refused, and the session begins anew", () => {
  for (
    const [partitions, problem] of [["a0 b0", B], ["", "omitted partitions: 1"], [
      "c0",
      topicId(9),
    ]]
  ) {
    const session = new FetchSessionHandler();
    session.next(wanted("a0@0"));
    const refused = session.handleResponse(answer(partitions!, { sessionId: 1 }));
    assert(refused.type === "refused" && refused.problem.includes(problem!), problem);
    assertEquals(text(session.next(wanted("a0@0"))).epoch, 0);
    assertEquals(session.sessionId, 0);
  }
});

Deno.test("a strange partition in a session ends it with the next request, which begins another", () => {
  const session = new FetchSessionHandler();
  session.next(wanted("a0@0"));
  session.handleResponse(answer("a0", { sessionId: 7 }));
  session.next(wanted("a0@1"));
  assertEquals(session.handleResponse(answer("b0", { sessionId: 7 })).type, "refused");
  const { id, epoch, topics } = text(session.next(wanted("a0@1")));
  assertEquals([id, epoch, topics], [7, 0, "a0@1"]);
});

Deno.test("errors of the session: an unknown id is forgotten, others end the session", () => {
  for (
    const [error, id] of [["FETCH_SESSION_ID_NOT_FOUND", 0], [
      "INVALID_FETCH_SESSION_EPOCH",
      7,
    ]] as const
  ) {
    const session = new FetchSessionHandler();
    session.next(wanted("a0@0"));
    session.handleResponse(answer("a0", { sessionId: 7 }));
    session.next(wanted("a0@1"));
    const refused = session.handleResponse(answer("", { error }));
    assert(refused.type === "refused" && refused.error === error);
    const request = text(session.next(wanted("a0@1")));
    assertEquals([request.id, request.epoch, request.topics], [id, 0, "a0@1"]);
  }
});

Deno.test("a request without an answer ends the session, as nobody knows what the broker has seen", () => {
  const session = new FetchSessionHandler();
  session.next(wanted("a0@0"));
  session.handleResponse(answer("a0", { sessionId: 7 }));
  session.next(wanted("a0@1"));
  session.handleError();
  const { id, epoch, topics } = text(session.next(wanted("a0@1")));
  assertEquals([id, epoch, topics], [7, 0, "a0@1"]);
});

Deno.test("a broker may end a session by its answer", () => {
  const session = new FetchSessionHandler();
  session.next(wanted("a0@0"));
  session.handleResponse(answer("a0", { sessionId: 7 }));
  session.next(wanted("a0@1"));
  assertEquals(session.handleResponse(answer("a0")).type, "fetched");
  assertEquals(text(session.next(wanted("a0@2"))).epoch, 0);
});

Deno.test("an empty answer that holds the client back is no answer", () => {
  const session = new FetchSessionHandler();
  session.next(wanted("a0@0"));
  assertEquals(session.handleResponse(answer("", { throttleTimeMs: 5 })).type, "refused");
});

Deno.test("the last request ends the session", () => {
  const session = new FetchSessionHandler();
  session.next(wanted("a0@0"));
  session.handleResponse(answer("a0", { sessionId: 7 }));
  session.notifyClose();
  const { id, epoch, topics } = text(session.next(wanted("")));
  assertEquals([id, epoch, topics], [7, -1, ""]);
});
