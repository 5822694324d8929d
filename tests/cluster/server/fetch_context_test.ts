import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { ZERO_UUID } from "../../../storage/bytes/uuid.ts";
import {
  type FetchContext,
  newFetchContext,
  type SessionAnswer,
} from "../../../cluster/server/fetch_context.ts";
import {
  FetchPartition,
  type FetchPartitionAnswer,
  type ForgottenPartition,
  nextEpoch,
} from "../../../cluster/server/fetch_session.ts";
import { FetchSessionCache } from "../../../cluster/server/fetch_session_cache.ts";
import { manualEnv, SeededRandom } from "../../support/manual_env.ts";
import { topicIdOf } from "../../support/replicas.ts";

interface Wanted {
  readonly topic: string;
  readonly partition: number;
  readonly fetchOffset?: number;
  readonly topicId?: string;
  readonly lastFetchedEpoch?: number;
  readonly currentLeaderEpoch?: number;
}

interface Names {
  [topicId: string]: string;
}

/** A broker's side of the sessions, with answers that a test makes up. */
class Broker {
  readonly env = manualEnv();
  readonly names: Names = {};
  readonly cache: FetchSessionCache;

  constructor(slots = 10) {
    this.cache = new FetchSessionCache({ env: this.env, maxEntries: () => slots });
  }

  context(
    version: number,
    sessionId: number,
    sessionEpoch: number,
    wanted: readonly Wanted[],
    forgotten: readonly ForgottenPartition[] = [],
    isFromFollower = false,
  ): FetchContext {
    const partitions = wanted.map((one) => {
      const topicId = version >= 13 ? one.topicId ?? topicIdOf(one.topic) : ZERO_UUID;
      return new FetchPartition(
        version >= 13 ? this.names[topicId] : one.topic,
        topicId,
        one.partition,
        {
          fetchOffset: one.fetchOffset ?? 0,
          partitionMaxBytes: 100,
          currentLeaderEpoch: one.currentLeaderEpoch ?? -1,
          lastFetchedEpoch: one.lastFetchedEpoch ?? -1,
          logStartOffset: -1,
        },
      );
    });
    return newFetchContext(
      this.cache,
      {
        version,
        sessionId,
        sessionEpoch,
        isFromFollower,
        partitions: new Map(partitions.map((one) => [one.key, one])),
        forgotten,
      },
      (id) => this.names[id],
    );
  }
}

function names(context: FetchContext): string[] {
  return [...context.partitions()].map(({ topic, partition }) => `${topic}-${partition}`);
}

function answerAll(
  context: FetchContext,
  answers: Readonly<Record<string, Partial<FetchPartitionAnswer>>> = {},
): SessionAnswer<FetchPartitionAnswer> {
  return context.answer(
    [...context.partitions()].map((partition) => ({
      partition,
      answer: {
        errorCode: 0,
        highWatermark: 10,
        logStartOffset: 0,
        records: { size: 0 },
        ...answers[`${partition.topic}-${partition.partition}`],
      },
    })),
  );
}

function told({ updates }: SessionAnswer<FetchPartitionAnswer>): string[] {
  return updates.map(({ partition: { topic, partition } }) => `${topic}-${partition}`);
}

const FOO = [{ topic: "foo", partition: 0 }, { topic: "foo", partition: 1 }];

Deno.test("a full fetch with epoch 0 gets a session, one with epoch -1 none", () => {
  const broker = new Broker();
  const answer = answerAll(broker.context(12, 0, 0, FOO));
  assertNotEquals(answer.sessionId, 0);
  assertEquals(told(answer), ["foo-0", "foo-1"]);
  const sessionless = answerAll(broker.context(12, 0, -1, FOO));
  assertEquals([sessionless.sessionId, sessionless.error], [0, "NONE"]);
  assertEquals(told(sessionless), ["foo-0", "foo-1"]);
  assertEquals(broker.cache.size, 1);
});

Deno.test("an incremental fetch reads all partitions of the session, and names those that have news", () => {
  const broker = new Broker();
  const { sessionId } = answerAll(broker.context(12, 0, 0, FOO));
  const context = broker.context(12, sessionId, 1, [{ ...FOO[1]!, fetchOffset: 7 }]);
  assertEquals(names(context), ["foo-0", "foo-1"]);
  assertEquals([...context.partitions()].map(({ fetchOffset }) => fetchOffset), [0, 7]);
  const answer = answerAll(context, { "foo-1": { highWatermark: 11 } });
  assertEquals([answer.error, answer.sessionId], ["NONE", sessionId]);
  assertEquals(told(answer), ["foo-1"]);
  assertEquals(
    told(answerAll(broker.context(12, sessionId, 2, []), { "foo-1": { highWatermark: 11 } })),
    [],
  );
});

Deno.test("partitions come and go with incremental fetches", () => {
  const broker = new Broker();
  const { sessionId } = answerAll(broker.context(12, 0, 0, FOO));
  const context = broker.context(12, sessionId, 1, [{ topic: "bar", partition: 0 }], [
    { topic: "foo", topicId: ZERO_UUID, partition: 0 },
  ]);
  assertEquals(names(context), ["foo-1", "bar-0"]);
  assertEquals(told(answerAll(context)), ["bar-0"], "a partition that is new has news");
  assertEquals(broker.cache.totalPartitions, 2);
});

Deno.test("what a fetch says of epochs is kept for the fetches that do not name the partition", () => {
  const broker = new Broker();
  const wanted = [
    { topic: "foo", partition: 0, currentLeaderEpoch: 3, lastFetchedEpoch: 2 },
    { topic: "foo", partition: 1 },
  ];
  const { sessionId } = answerAll(broker.context(12, 0, 0, wanted));
  const epochs = (context: FetchContext) =>
    [...context.partitions()].map((one) => [one.currentLeaderEpoch, one.lastFetchedEpoch]);
  const second = broker.context(12, sessionId, 1, []);
  assertEquals(epochs(second), [[3, 2], [-1, -1]]);
  answerAll(second);
  const third = broker.context(12, sessionId, 2, [
    { topic: "foo", partition: 1, currentLeaderEpoch: 5, lastFetchedEpoch: 5 },
  ]);
  assertEquals(epochs(third), [[3, 2], [5, 5]]);
});

Deno.test("a partition that had records is read last the next time", () => {
  const broker = new Broker();
  const wanted = [0, 1, 2].map((partition) => ({ topic: "foo", partition }));
  const { sessionId } = answerAll(broker.context(12, 0, 0, wanted));
  const first = broker.context(12, sessionId, 1, []);
  const answer = answerAll(first, {
    "foo-0": { records: { size: 5 } },
    "foo-1": { highWatermark: 20 },
  });
  assertEquals(told(answer), ["foo-0", "foo-1"]);
  assertEquals(names(broker.context(12, sessionId, 2, [])), ["foo-1", "foo-2", "foo-0"]);
});

Deno.test("errors and diverging epochs are told each time, and so is their end", () => {
  const broker = new Broker();
  const { sessionId } = answerAll(broker.context(12, 0, 0, FOO));
  for (let epoch = 1; epoch < 4; epoch++) {
    const answer = answerAll(broker.context(12, sessionId, epoch, []), {
      "foo-0": { divergingEpoch: { epoch: 90 } },
      "foo-1": { errorCode: 6, highWatermark: -1 },
    });
    assertEquals(told(answer), ["foo-0", "foo-1"]);
  }
  assertEquals(told(answerAll(broker.context(12, sessionId, 4, []))), ["foo-0", "foo-1"]);
  assertEquals(told(answerAll(broker.context(12, sessionId, 5, []))), []);
});

Deno.test("a session that is not known, and an epoch that is not the next, are errors", () => {
  const broker = new Broker();
  const unknown = broker.context(12, 123, 1, []);
  assertEquals(names(unknown), []);
  assertEquals(answerAll(unknown), {
    error: "FETCH_SESSION_ID_NOT_FOUND",
    sessionId: 0,
    updates: [],
  });
  const { sessionId } = answerAll(broker.context(12, 0, 0, FOO));
  for (const epoch of [2, 7]) {
    assertEquals(
      answerAll(broker.context(12, sessionId, epoch, [])).error,
      "INVALID_FETCH_SESSION_EPOCH",
    );
  }
  assertEquals(answerAll(broker.context(12, sessionId, 1, [])).error, "NONE");
  assertEquals(
    answerAll(broker.context(12, sessionId, 1, [])).error,
    "INVALID_FETCH_SESSION_EPOCH",
    "the same epoch again is a request that was sent twice",
  );
  for (const id of [-5, 2 ** 31 - 1]) {
    assertEquals(
      answerAll(broker.context(12, id, 1, [])).error,
      "FETCH_SESSION_ID_NOT_FOUND",
    );
  }
});

Deno.test("an answer that comes after a later fetch of the session is an error", () => {
  const broker = new Broker();
  const { sessionId } = answerAll(broker.context(12, 0, 0, FOO));
  const slow = broker.context(12, sessionId, 1, []);
  const fast = broker.context(12, sessionId, 2, []);
  assertEquals(answerAll(slow), {
    error: "INVALID_FETCH_SESSION_EPOCH",
    sessionId,
    updates: [],
  });
  assertEquals(answerAll(fast).error, "NONE");
});

Deno.test("a full fetch that names a session ends it", () => {
  const broker = new Broker();
  const { sessionId } = answerAll(broker.context(12, 0, 0, FOO));
  const next = answerAll(broker.context(12, sessionId, 0, FOO));
  assertNotEquals(next.sessionId, sessionId);
  assertEquals(broker.cache.get(sessionId), undefined);
  answerAll(broker.context(12, next.sessionId, -1, FOO));
  assertEquals(broker.cache.size, 0);
});

Deno.test("a session without partitions ends", () => {
  const broker = new Broker();
  const { sessionId } = answerAll(broker.context(12, 0, 0, FOO));
  const context = broker.context(
    12,
    sessionId,
    1,
    [],
    FOO.map(({ topic, partition }) => ({ topic, topicId: ZERO_UUID, partition })),
  );
  assertEquals(answerAll(context), { error: "NONE", sessionId: 0, updates: [] });
  assertEquals(broker.cache.size, 0);
});

Deno.test("without room a full fetch is answered in full, without a session", () => {
  const broker = new Broker(0);
  const answer = answerAll(broker.context(12, 0, 0, FOO));
  assertEquals([answer.sessionId, told(answer).length], [0, 2]);
});

Deno.test("a session goes by ids or by names, and may not change that", () => {
  const broker = new Broker();
  broker.names[topicIdOf("foo")] = "foo";
  const byName = answerAll(broker.context(12, 0, 0, FOO));
  const byId = answerAll(broker.context(13, 0, 0, FOO));
  assertEquals(
    answerAll(broker.context(13, byName.sessionId, 1, [])).error,
    "FETCH_SESSION_TOPIC_ID_ERROR",
  );
  assertEquals(
    answerAll(broker.context(12, byId.sessionId, 1, [])).error,
    "FETCH_SESSION_TOPIC_ID_ERROR",
  );
});

Deno.test("a topic whose id is not known yet gets its name once it is", () => {
  const broker = new Broker();
  const context = broker.context(13, 0, 0, FOO);
  assertEquals(names(context), ["undefined-0", "undefined-1"]);
  const { sessionId } = answerAll(context, {
    "undefined-0": { errorCode: 100 },
    "undefined-1": { errorCode: 100 },
  });
  broker.names[topicIdOf("foo")] = "foo";
  const second = broker.context(13, sessionId, 1, [{ topic: "foo", partition: 1, fetchOffset: 3 }]);
  assertEquals(names(second), ["foo-0", "foo-1"]);
  assertEquals([...second.partitions()].map(({ fetchOffset }) => fetchOffset), [0, 3]);
  assertEquals(told(answerAll(second)), ["foo-0", "foo-1"]);
});

Deno.test("a topic whose name is not known is forgotten by its id", () => {
  const broker = new Broker();
  const { sessionId } = answerAll(broker.context(13, 0, 0, FOO));
  const context = broker.context(13, sessionId, 1, [], [
    { topic: undefined, topicId: topicIdOf("foo"), partition: 0 },
  ]);
  assertEquals(names(context), ["undefined-1"]);
});

Deno.test("a deleted topic stays in the session under its old name, and a new one of that name is another", () => {
  const broker = new Broker();
  broker.names[topicIdOf("foo")] = "foo";
  const { sessionId } = answerAll(broker.context(13, 0, 0, [FOO[0]!]));
  delete broker.names[topicIdOf("foo")];
  broker.names[topicIdOf("foo", 1)] = "foo";
  const context = broker.context(13, sessionId, 1, [
    { topic: "foo", partition: 0, topicId: topicIdOf("foo", 1) },
  ]);
  assertEquals(
    [...context.partitions()].map(({ topic, topicId }) => [topic, topicId]),
    [["foo", topicIdOf("foo")], ["foo", topicIdOf("foo", 1)]],
  );
});

/**
 * A fetcher as Kafka's `FetchSessionHandler` is one: it knows what it wants, and tells the broker the difference to what it told
 * before.
 */
class Fetcher {
  sessionId = 0;
  epoch = 0;
  session = new Map<string, Wanted>();

  request(wanted: ReadonlyMap<string, Wanted>): { send: Wanted[]; forget: Wanted[] } {
    const isFull = this.epoch === 0 || this.epoch === -1;
    const send = isFull
      ? [...wanted.values()]
      : [...wanted].flatMap(([key, one]) =>
        this.session.get(key)?.fetchOffset === one.fetchOffset ? [] : [one]
      );
    const forget = isFull
      ? []
      : [...this.session].flatMap(([key, one]) => wanted.has(key) ? [] : [one]);
    this.session = new Map(wanted);
    return { send, forget };
  }

  answered(error: string, sessionId: number): boolean {
    if (error !== "NONE") {
      this.epoch = 0;
      if (error === "FETCH_SESSION_ID_NOT_FOUND") this.sessionId = 0;
      return false;
    }
    if (sessionId === 0) [this.sessionId, this.epoch] = [0, 0];
    else {
      this.epoch = this.epoch === 0 || this.epoch === -1 ? 1 : nextEpoch(this.epoch);
      this.sessionId = sessionId;
    }
    return true;
  }
}

Deno.test("any history: a fetcher in a session learns just what one without a session does", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = new SeededRandom(seed);
    const broker = new Broker(2);
    const version = random.pick([12, 13]);
    for (const topic of ["a", "b", "c"]) broker.names[topicIdOf(topic)] = topic;
    const all = ["a", "b", "c"].flatMap((topic) =>
      [0, 1, 2].map((partition) => ({ topic, partition }))
    );
    // What is true of each partition.
    const truth = new Map(all.map(({ topic, partition }) => [`${topic}-${partition}`, {
      errorCode: 0,
      highWatermark: 0,
      logStartOffset: 0,
    }]));
    const fetchers = [0, 1, 2].map(() => ({
      fetcher: new Fetcher(),
      wanted: new Map<string, Wanted>(),
      /** What the fetcher believes. */
      learned: new Map<string, Partial<FetchPartitionAnswer>>(),
    }));
    for (let step = 0; step < 120; step++) {
      // The world changes.
      const changing = truth.get(random.pick([...truth.keys()]))!;
      changing.errorCode = random.chance(0.2) ? 6 : 0;
      changing.highWatermark = changing.errorCode === 0 ? random.below(4) : -1;
      if (random.chance(0.2)) changing.logStartOffset++;
      broker.env.clock.set(broker.env.clock.now() + random.below(60_000));

      const { fetcher, wanted, learned } = random.pick(fetchers);
      const { topic, partition } = random.pick(all);
      const key = `${topic}-${partition}`;
      if (wanted.size > 1 && random.chance(0.3)) {
        wanted.delete(key);
        learned.delete(key);
      } else wanted.set(key, { topic, partition, fetchOffset: random.below(5) });

      const { send, forget } = fetcher.request(wanted);
      const context = broker.context(
        version,
        fetcher.sessionId,
        fetcher.epoch,
        send,
        forget.map((one) => ({
          topic: one.topic,
          topicId: version >= 13 ? topicIdOf(one.topic) : ZERO_UUID,
          partition: one.partition,
        })),
      );
      const read = [...context.partitions()];
      const sizes = new Map(read.map((one) => [one, random.chance(0.3) ? 10 : 0]));
      const answer = context.answer(
        read.map((one) => ({
          partition: one,
          answer: {
            ...truth.get(`${one.topic}-${one.partition}`)!,
            records: { size: sizes.get(one)! },
          },
        })),
      );
      if (random.chance(0.05)) continue; // The answer is lost, and the fetcher sends its next fetch as if it had sent none.
      if (!fetcher.answered(answer.error, answer.sessionId)) {
        assertEquals(read, [], `seed ${seed}`);
        learned.clear();
        continue;
      }
      assertEquals(new Set(names(context)), new Set(wanted.keys()), `seed ${seed}, step ${step}`);
      for (const one of read) {
        assertEquals(one.fetchOffset, wanted.get(`${one.topic}-${one.partition}`)!.fetchOffset);
      }
      for (const { partition: one, answer: news } of answer.updates) {
        const { errorCode, highWatermark, logStartOffset } = news;
        learned.set(`${one.topic}-${one.partition}`, { errorCode, highWatermark, logStartOffset });
        sizes.delete(one);
      }
      assert([...sizes.values()].every((size) => size === 0), "records are never left out");
      // What was left out is as the fetcher believes, but that an error may be over unknown to it: errors are told each time.
      for (const one of wanted.keys()) {
        assertEquals(learned.get(one), truth.get(one), `seed ${seed}, step ${step}, ${one}`);
      }
    }
    assert(broker.cache.size <= 2);
  }
});
