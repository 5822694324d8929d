import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { ZERO_UUID } from "../../../storage/bytes/uuid.ts";
import {
  FetchPartition,
  fetchPartitionKey,
  FetchSession,
  isFullFetch,
  nextEpoch,
} from "../../../cluster/server/fetch_session.ts";

const ID = "aaaaaaaaaaaaaaaaaaaaaA";

function partition(
  index: number,
  topic: string | undefined = "t",
  id = ZERO_UUID,
  fetchOffset = 0,
) {
  return new FetchPartition(topic, id, index, {
    fetchOffset,
    partitionMaxBytes: 100,
    currentLeaderEpoch: -1,
    lastFetchedEpoch: -1,
    logStartOffset: -1,
  });
}

function answer(highWatermark: number, rest: { size?: number; errorCode?: number } = {}) {
  return {
    errorCode: rest.errorCode ?? 0,
    highWatermark,
    logStartOffset: 0,
    records: { size: rest.size ?? 0 },
  };
}

function mapOf(...partitions: FetchPartition[]): Map<string, FetchPartition> {
  return new Map(partitions.map((one) => [one.key, one]));
}

Deno.test("epochs go from 1 up to the largest int32 and then from 1 again; the final one stays final", () => {
  assertEquals([nextEpoch(0), nextEpoch(1), nextEpoch(2 ** 31 - 1), nextEpoch(-1)], [1, 2, 1, -1]);
  assertEquals([0, -1, 1, 5].map(isFullFetch), [true, true, false, false]);
});

Deno.test("with ids a partition is the same whether or not its topic's name is known", () => {
  assertEquals(fetchPartitionKey("t", ID, 3), fetchPartitionKey(undefined, ID, 3));
  assertNotEquals(fetchPartitionKey("t", ID, 3), fetchPartitionKey("t", ID, 4));
  assertNotEquals(fetchPartitionKey("t", ZERO_UUID, 3), fetchPartitionKey("u", ZERO_UUID, 3));
});

Deno.test("an answer is news when it has records, another watermark or log start, an error, a replica or an epoch to tell", () => {
  const one = partition(0);
  one.noteAnswer(answer(10));
  assert(!one.takeNews(answer(10)));
  assert(one.takeNews(answer(10, { size: 5 })));
  assert(one.takeNews(answer(11)));
  assert(!one.takeNews(answer(11)));
  assert(one.takeNews({ ...answer(11), logStartOffset: 3 }));
  assert(!one.takeNews({ ...answer(11), logStartOffset: 3 }));
  assert(one.takeNews({ ...answer(11), logStartOffset: 3, preferredReadReplica: 2 }));
  assert(one.takeNews({ ...answer(11), logStartOffset: 3, divergingEpoch: { epoch: 0 } }));
});

Deno.test("an error is told each time, and its end as well", () => {
  const one = partition(0);
  one.noteAnswer(answer(10));
  assert(one.takeNews(answer(10, { errorCode: 3 })));
  assert(one.takeNews(answer(10, { errorCode: 3 })));
  assert(one.takeNews(answer(10)));
  assert(!one.takeNews(answer(10)));
});

Deno.test("who had to truncate, or knows of another epoch, is told the high watermark again", () => {
  const one = partition(0);
  one.noteAnswer({ ...answer(10), divergingEpoch: { epoch: 0 } });
  assert(one.takeNews(answer(10)));
  assert(one.takeNews({ ...answer(10), divergingEpoch: { epoch: 0 } }));
  assert(one.takeNews(answer(10)));
  one.updateRequest(one);
  assert(!one.takeNews(answer(10)));
  one.updateRequest({ ...one, currentLeaderEpoch: 9 });
  assert(one.takeNews(answer(10)));
});

Deno.test("an update adds, changes and forgets partitions, and leaves the others as they are", () => {
  const session = new FetchSession(1, false, false, mapOf(partition(0), partition(1)), 0);
  session.update([partition(1, "t", ZERO_UUID, 50), partition(2)], [
    { topic: "t", topicId: ZERO_UUID, partition: 0 },
    { topic: "t", topicId: ZERO_UUID, partition: 9 },
  ]);
  assertEquals(
    [...session.partitions()].map(({ partition, fetchOffset }) => [partition, fetchOffset]),
    [[1, 50], [2, 0]],
  );
});

Deno.test("a topic whose name is not known is forgotten by its id", () => {
  const session = new FetchSession(1, false, true, mapOf(partition(0, "t", ID)), 0);
  session.update([], [{ topic: undefined, topicId: ID, partition: 0 }]);
  assertEquals(session.size, 0);
});

Deno.test("a partition that is moved to the end is read last", () => {
  const [a, b, c] = [partition(0), partition(1), partition(2)];
  const session = new FetchSession(1, false, false, mapOf(a, b, c), 0);
  session.moveToEnd(a);
  assertEquals([...session.partitions()], [b, c, a]);
  assert(session.has(a));
  assert(!session.has(partition(0)), "the entry itself counts, not its name");
});
