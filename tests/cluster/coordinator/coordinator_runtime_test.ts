import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import {
  CoordinatorRuntime,
  type CoordinatorRuntimeOptions,
} from "../../../cluster/coordinator/coordinator_runtime.ts";
import type {
  CoordinatorSerde,
  Output,
  Reply,
} from "../../../cluster/coordinator/coordinator_shard.ts";
import { MetadataDelta } from "../../../cluster/controller/metadata_delta.ts";
import type { MetadataImage } from "../../../cluster/controller/metadata_image.ts";
import {
  type LedgerEffect,
  type LedgerRecord,
  ledgerSerde,
  LedgerShard,
} from "../../support/ledger_shard.ts";
import { HastyClock } from "../../support/hasty_clock.ts";
import { imageOf } from "../../support/metadata_image.ts";
import { type ManualEnv, manualEnv } from "../../support/manual_env.ts";
import type { FileSystem } from "../../../storage/file/file_system.ts";
import { FaultyFileSystem } from "../../support/faulty_file_system.ts";
import { assigned, BROKER, openReplicas } from "../../support/replicas.ts";

type Runtime = CoordinatorRuntime<LedgerShard, LedgerRecord, LedgerEffect>;
type LedgerOutput = Output<LedgerRecord, LedgerEffect>;

const TOPIC = "ledger";
const FOLLOWER = 2;

/** A runtime over two partitions; with a follower nothing is committed until that fetches. */
async function setUp(
  options: {
    readonly env?: ManualEnv<FileSystem>;
    readonly followed?: boolean;
    readonly more?: Partial<CoordinatorRuntimeOptions<LedgerShard, LedgerRecord, LedgerEffect>>;
  } = {},
) {
  const partition = assigned(
    options.followed ? { replicas: [BROKER, FOLLOWER], leaderEpoch: 3 } : { leaderEpoch: 3 },
  );
  const env: ManualEnv<FileSystem> = options.env ?? manualEnv();
  const replicas = await openReplicas({
    env,
    topics: { [TOPIC]: [partition, partition] },
    manager: {
      verifyTransaction: ({ transactionalId, partitions }) =>
        Promise.resolve(
          partitions.map(() => transactionalId === "known" ? "NONE" : "INVALID_TXN_STATE"),
        ),
    },
  });
  const effects: string[] = [];
  let image: MetadataImage = imageOf({ topics: { [TOPIC]: [{}, {}] } });
  const shards = new Map<number, LedgerShard>();
  const runtime: Runtime = new CoordinatorRuntime({
    env: replicas.env,
    topic: TOPIC,
    partitions: replicas.replicaManager,
    image: () => image,
    brokerId: BROKER,
    serde: ledgerSerde,
    newShard: (index, epoch) => {
      const shard = new LedgerShard(index, epoch);
      shards.set(index, shard);
      return shard;
    },
    perform: (effect, index) => effects.push(`${effect} in ${index}`),
    loadBufferBytes: () => 1 << 20,
    appendTimeoutMs: () => 5000,
    ...options.more,
  });
  const follow = (next: MetadataImage) => {
    image = next;
    const delta = new MetadataDelta();
    delta.isWhole = true;
    runtime.applyDelta(delta, next);
  };
  follow(image);
  await replicas.env.clock.advance(0);
  return {
    runtime,
    replicas,
    effects,
    shards,
    follow,
    /** The follower has everything. */
    replicate: (index = 0) => {
      const found = replicas.replicaManager.getPartition(TOPIC, index);
      assert(typeof found !== "string");
      const end = found.log!.logEndOffset;
      found.updateFollowerFetchState(FOLLOWER, {
        fetchOffset: end,
        logStartOffset: 0,
        leaderEndOffset: end,
        brokerEpoch: 1,
        timeMs: replicas.env.clock.now(),
      });
    },
    async [Symbol.asyncDispose]() {
      await runtime.shutdown();
      await replicas[Symbol.asyncDispose]();
    },
  };
}

/** Puts a sum; the answer is the sum before. */
const put = (account: string, sum: number | null) =>
(
  shard: LedgerShard,
  reply: Reply<number | undefined>,
  out: LedgerOutput,
) => {
  out.append({ account, sum });
  out.answer(reply, shard.sums.get(account));
};

const get = (account: string) =>
(
  shard: LedgerShard,
  reply: Reply<number | undefined>,
  out: LedgerOutput,
) => out.answer(reply, shard.sums.get(account));

Deno.test("an operation's records change the state when they are in the log, and its answer is there at once", async () => {
  await using test = await setUp();
  const { runtime, replicas, shards } = test;
  assertEquals(runtime.run(0, put("a", 1)), undefined);
  assertEquals(runtime.run(0, put("a", 2)), 1);
  assertEquals(runtime.run(0, get("a")), 2);
  assertEquals(shards.get(0)!.offsets, [0, 1]);
  assertEquals(shards.get(1)!.sums.size, 0);
  assertEquals(replicas.log(TOPIC, 0).logEndOffset, 2);
});

Deno.test("an answer waits until the followers have what the operation has written, and what it has seen", async () => {
  await using test = await setUp({ followed: true });
  const { runtime, replicate } = test;
  const first = runtime.run(0, put("a", 1));
  const second = runtime.run(0, get("a"));
  assert(first instanceof Promise && second instanceof Promise);
  let answered = false;
  void second.then(() => answered = true);
  await test.replicas.env.clock.advance(100);
  assertEquals(answered, false);
  replicate();
  assertEquals([await first, await second], [undefined, 1]);
  // With everything committed, reads need not wait.
  assertEquals(runtime.run(0, get("a")), 1);
});

Deno.test("an answer that waits too long is an error, and what was written stays", async () => {
  await using test = await setUp({ followed: true });
  const { runtime, replicas, replicate } = test;
  const written = runtime.run(0, put("a", 1)) as Promise<unknown>;
  await replicas.env.clock.advance(3000);
  const later = runtime.run(0, put("b", 1)) as Promise<unknown>;
  const refused = assertRejects(() => written, KafkaError, "COORDINATOR_NOT_AVAILABLE");
  await replicas.env.clock.advance(2000);
  await refused;
  replicate();
  assertEquals(await later, undefined);
  assertEquals(runtime.run(0, get("a")), 1);
});

Deno.test("an answer that waits too long has no effects before its records are committed", async () => {
  await using test = await setUp({ followed: true });
  const { runtime, replicas, effects, replicate, follow } = test;
  const ring = (index: number) =>
    runtime.run<void>(index, (_shard, reply, out) => {
      out.append({ account: "a", sum: 1 });
      out.effects.push("ring");
      out.answer(reply, undefined);
    }) as Promise<void>;
  const refused = [0, 1].map((index) => assertRejects(() => ring(index), KafkaError));
  await replicas.env.clock.advance(5000);
  await Promise.all(refused);
  assertEquals(effects, []);
  replicate(0);
  assertEquals(effects, ["ring in 0"]);
  // Another broker leads, without the record: nobody is to hear of it.
  follow(imageOf({ topics: { [TOPIC]: [{}, { leader: 9, leaderEpoch: 4 }] } }));
  replicate(1);
  assertEquals(effects, ["ring in 0"]);
});

Deno.test("effects are had when the records are committed", async () => {
  await using test = await setUp({ followed: true });
  const { runtime, effects, replicate } = test;
  const done = runtime.run<void>(1, (_shard, reply, out) => {
    out.append({ account: "a", sum: 1 });
    out.effects.push("ring");
    out.answer(reply, undefined);
  });
  assertEquals(effects, []);
  replicate(1);
  await done;
  assertEquals(effects, ["ring in 1"]);
});

Deno.test("records that the log refuses change nothing, and whoever was to be answered learns why", async () => {
  await using test = await setUp();
  const { runtime, replicas, shards } = test;
  runtime.run(0, put("a", 1));
  const huge = "x".repeat(2_000_000);
  assertThrows(() => runtime.run(0, put(huge, 1)), KafkaError);
  assertEquals([...shards.get(0)!.sums], [["a", 1]]);
  assertEquals(replicas.log(TOPIC, 0).logEndOffset, 1);
});

Deno.test("a disk that is full refuses what is to be written, and when there is space again the state is that of the log", async () => {
  const fileSystem = new FaultyFileSystem();
  const env = manualEnv({ fileSystem });
  await using test = await setUp({ env });
  const { runtime, shards } = test;
  runtime.run(0, put("a", 1));
  const heal = fileSystem.inject({ code: "ENOSPC", kinds: ["write"], path: ".log", times: 3 });
  const error = assertThrows(() => runtime.run(0, put("a", 2)), KafkaError);
  assertEquals(error.code, "NOT_COORDINATOR");
  assertEquals([runtime.run(0, get("a")), runtime.activePartitions], [1, [0, 1]]);
  heal();
  assertEquals(runtime.run(0, put("a", 3)), 1);
  assertEquals(shards.get(0)!.offsets, [0, 1]);
});

Deno.test("a disk that fails takes its partitions away, and whoever waits is told", async () => {
  const fileSystem = new FaultyFileSystem();
  const env = manualEnv({ fileSystem });
  await using test = await setUp({ env });
  const { runtime, replicas } = test;
  const waits = runtime.run<number>(1, (shard, reply) => void shard.waiting.push(reply));
  const refused = assertRejects(() => waits as Promise<number>, KafkaError, "NOT_COORDINATOR");
  fileSystem.inject({ code: "EIO", kinds: ["write"], path: ".log", times: 1 });
  assertThrows(() => runtime.run(0, put("a", 2)), KafkaError, "NOT_COORDINATOR");
  await replicas.env.clock.advance(0);
  await refused;
  assertEquals(runtime.activePartitions, []);
  assertThrows(() => runtime.run(1, get("a")), KafkaError, "NOT_COORDINATOR");
});

Deno.test("an operation whose append fails may put its state right, and answer by itself", async () => {
  await using test = await setUp();
  const { runtime, shards } = test;
  const answer = runtime.run<string>(0, (shard, reply, out) => {
    shard.expired.push("begun");
    out.append({ account: "x".repeat(2_000_000), sum: 1 });
    out.onAppendFailed = (error, mended) => {
      shard.expired.pop();
      mended.answer(reply, `failed: ${error}`);
    };
    out.answer(reply, "done");
  });
  assertEquals(answer, "failed: UNKNOWN_SERVER_ERROR");
  assertEquals(shards.get(0)!.expired, []);
});

Deno.test("what is too much for one batch goes into several, if it need not be there together", async () => {
  await using test = await setUp();
  const { runtime, replicas, shards } = test;
  runtime.run<void>(0, (_shard, reply, out) => {
    out.isAtomic = false;
    for (let i = 0; i < 300; i++) out.append({ account: `${i}-${"x".repeat(10_000)}`, sum: i });
    out.answer(reply, undefined);
  });
  assertEquals(shards.get(0)!.offsets, Array.from({ length: 300 }, (_, i) => i));
  assert(replicas.log(TOPIC, 0).size > 3_000_000);
});

Deno.test("a request may be answered by a later operation, or by a timer", async () => {
  await using test = await setUp();
  const { runtime, replicas } = test;
  const waits = runtime.run<number>(0, (shard, reply, out) => {
    shard.waiting.push(reply);
    out.setTimer("tell", 500);
  });
  assert(waits instanceof Promise);
  await replicas.env.clock.advance(500);
  assertEquals(await waits, 42);
});

Deno.test("shards are told when they are loaded, and their timers go off until they are stopped", async () => {
  await using test = await setUp();
  const { runtime, replicas, shards } = test;
  assert(shards.get(0)!.wasLoaded);
  runtime.run<void>(1, (_shard, reply, out) => {
    out.cancelTimer("interest");
    out.answer(reply, undefined);
  });
  await replicas.env.clock.advance(5000);
  assertEquals([...shards.values()].map(({ expired }) => expired), [["interest 1000"], []]);
});

Deno.test("a runtime that starts later has the state that was written", async () => {
  const env = manualEnv();
  {
    await using test = await setUp({ env });
    const { runtime } = test;
    runtime.run(0, put("a", 1));
    runtime.run(0, put("b", 2));
    runtime.run(0, put("a", null));
  }
  await using test = await setUp({ env });
  assertEquals([...test.shards.get(0)!.sums], [["b", 2]]);
  assertEquals(test.runtime.run(0, put("b", 3)), 2);
});

Deno.test("records of a transaction count from its end on, and never when it is aborted", async () => {
  await using test = await setUp();
  const { runtime } = test;
  const inTransaction = (account: string, producerId: number, transactionalId = "known") => {
    const producer = { producerId, producerEpoch: 0 };
    const support = { supportsEpochBump: false, supportsAbortableError: false };
    const transaction = { ...producer, ...support, transactionalId };
    return runtime.runInTransaction<void>(0, transaction, (_shard, reply, out) => {
      out.producer = producer;
      out.append({ account, sum: 1 });
      out.answer(reply, undefined);
    });
  };
  const end = (producerId: number, committed: boolean) =>
    runtime.writeMarker(0, {
      producerId,
      committed,
      producerEpoch: 0,
      coordinatorEpoch: 1,
      transactionVersion: 1,
    });
  await inTransaction("a", 1);
  await inTransaction("b", 2);
  await assertRejects(() => inTransaction("c", 3, "unknown"), KafkaError, "was not added");
  assertEquals([runtime.run(0, get("a")), runtime.run(0, get("b"))], [undefined, undefined]);
  await end(1, true);
  await end(2, false);
  assertEquals([runtime.run(0, get("a")), runtime.run(0, get("b"))], [1, undefined]);
});

Deno.test("a partition that another broker leads is not coordinated here, and whoever waits is told", async () => {
  await using test = await setUp();
  const { runtime, follow } = test;
  const waits = runtime.run<number>(0, (shard, reply) => void shard.waiting.push(reply));
  const refused = assertRejects(() => waits as Promise<number>, KafkaError, "NOT_COORDINATOR");
  follow(imageOf({ topics: { [TOPIC]: [{ leader: 9, leaderEpoch: 4 }, {}] } }));
  await refused;
  assertThrows(() => runtime.run(0, get("a")), KafkaError, "NOT_COORDINATOR");
  assertEquals(runtime.activePartitions, [1]);
});

Deno.test("a new leader epoch loads the state again", async () => {
  await using test = await setUp();
  const { runtime, follow, shards, replicas } = test;
  runtime.run(0, put("a", 1));
  const before = shards.get(0);
  follow(imageOf({ topics: { [TOPIC]: [{ leaderEpoch: 5 }, {}] } }));
  assertThrows(() => runtime.run(0, get("a")), KafkaError, "COORDINATOR_LOAD_IN_PROGRESS");
  await replicas.env.clock.advance(0);
  assert(shards.get(0) !== before);
  assertEquals([runtime.run(0, get("a")), runtime.coordinatorEpoch(0)], [1, 5]);
  follow(imageOf({ topics: { [TOPIC]: [{ leaderEpoch: 6 }, {}] } }));
  await replicas.env.clock.advance(0);
  assertEquals([runtime.run(0, get("a")), runtime.coordinatorEpoch(0)], [1, 6]);
});

Deno.test("a partition that was lost is loaded again when it is there again, though its epoch is the same", async () => {
  await using test = await setUp();
  const { runtime, follow, shards, replicas } = test;
  const before = shards.get(0);
  const partition = replicas.replicaManager.getPartition(TOPIC, 0);
  assert(typeof partition !== "string");
  partition.retire("failed");
  assertThrows(() => runtime.run(0, get("a")), KafkaError, "NOT_COORDINATOR");
  partition.makeLeader(assigned({ leaderEpoch: 3 }));
  follow(imageOf({ topics: { [TOPIC]: [{}, {}] } }));
  assertEquals([runtime.run(0, get("a")), shards.get(0) !== before], [undefined, true]);
});

Deno.test("nobody is asked about a transaction for a partition that is not coordinated here", async () => {
  await using test = await setUp();
  const { runtime, follow } = test;
  follow(imageOf({ topics: { [TOPIC]: [{ leader: 9, leaderEpoch: 4 }, {}] } }));
  const unknown = {
    transactionalId: "unknown",
    producerId: 1,
    producerEpoch: 0,
    supportsEpochBump: false,
    supportsAbortableError: false,
  };
  // Of one that is, its coordinator would say that it does not know it.
  await assertRejects(
    () => runtime.runInTransaction(0, unknown, put("a", 1)),
    KafkaError,
    "NOT_COORDINATOR",
  );
});

Deno.test("a topic that is deleted is given up, and there is no partition for any key", async () => {
  await using test = await setUp();
  const { runtime, follow } = test;
  assert(runtime.partitionFor("some group") < 2);
  follow(imageOf({ topics: {} }));
  assertThrows(() => runtime.partitionFor("some group"), KafkaError, "COORDINATOR_NOT_AVAILABLE");
  assertThrows(() => runtime.run(0, get("a")), KafkaError, "NOT_COORDINATOR");
});

Deno.test("a damaged partition is not coordinated, the others are", async () => {
  const env = manualEnv();
  {
    await using test = await setUp({ env });
    test.runtime.run(0, put("a", 1));
  }
  const serde = {
    ...ledgerSerde,
    decode: () => {
      throw new Error("damaged");
    },
  };
  await using test = await setUp({ env, more: { serde } });
  assertThrows(() => test.runtime.run(0, get("a")), KafkaError, "NOT_COORDINATOR");
  assertEquals(test.runtime.run(1, get("a")), undefined);
  assertEquals(test.runtime.activePartitions, [1]);
});

Deno.test("partitions are loaded one after the other, each serves as soon as it is there, and others get their turns", async () => {
  const clock = new HastyClock();
  const env = { ...manualEnv(), clock };
  {
    await using test = await setUp({ env });
    for (const index of [0, 1]) {
      test.runtime.run<void>(index, (_shard, reply, out) => {
        for (let i = 0; i < 600; i++) out.append({ account: `${index}`, sum: i });
        out.answer(reply, undefined);
      });
    }
  }
  const decoded: string[] = [];
  const turns: unknown[] = [];
  const serde: CoordinatorSerde<LedgerRecord> = {
    ...ledgerSerde,
    decode(key, value) {
      const record = ledgerSerde.decode(key, value)!;
      if (decoded.at(-1) !== record.account) decoded.push(record.account);
      return record;
    },
  };
  const opening = setUp({ env, more: { serde } });
  clock.onTurn = () => decoded.length > 0 && turns.push(decoded.length);
  await using test = await opening;
  assertEquals([test.runtime.isLoading, test.runtime.activePartitions], [false, [0, 1]]);
  assertEquals([test.runtime.run(0, get("0")), test.runtime.run(1, get("1"))], [599, 599]);
  // Two turns within each.
  assertEquals([decoded, turns], [["0", "1"], [1, 1, 2, 2]]);
});

Deno.test("an operation that goes wrong when its time has come keeps nothing else from being done", async () => {
  await using test = await setUp();
  const { runtime, replicas, shards } = test;
  const waits = runtime.run<number>(0, (shard, reply, out) => {
    shard.waiting.push(reply);
    out.setTimer("break", 100);
    out.setTimer("tell", 200);
  });
  shards.get(0)!.onTimer = (key) => {
    if (key === "break") throw new Error("It is broken");
  };
  await replicas.env.clock.advance(200);
  assertEquals(await waits, 42);
  assertEquals(replicas.env.logger.matching("what was due", "error").length, 1);
});

Deno.test("after the shutdown nobody waits, and nothing runs", async () => {
  await using test = await setUp();
  const { runtime, replicas } = test;
  const waits = runtime.run<number>(0, (shard, reply) => void shard.waiting.push(reply));
  const refused = assertRejects(() => waits as Promise<number>, KafkaError, "NOT_COORDINATOR");
  await runtime.shutdown();
  await refused;
  assertThrows(() => runtime.run(0, get("a")), KafkaError, "NOT_COORDINATOR");
  test.follow(imageOf({ topics: { [TOPIC]: [{ leaderEpoch: 7 }, {}] } }));
  assertThrows(() => runtime.run(0, get("a")), KafkaError, "NOT_COORDINATOR");
  assertEquals(replicas.env.clock.sleeping, 0);
});

Deno.test("a shutdown waits until a load that is under way has stopped reading", async () => {
  const clock = new HastyClock();
  const env = { ...manualEnv(), clock };
  await using test = await setUp({ env });
  const { runtime, follow } = test;
  runtime.run<void>(0, (_shard, reply, out) => {
    for (let sum = 0; sum < 600; sum++) out.append({ account: "a", sum });
    out.answer(reply, undefined);
  });
  const turn = Promise.withResolvers<void>();
  const sleep = clock.sleep.bind(clock);
  clock.sleep = (ms, signal) => ms === 0 ? turn.promise : sleep(ms, signal);
  follow(imageOf({ topics: { [TOPIC]: [{ leaderEpoch: 5 }, {}] } }));
  let isDown = false;
  const shutdown = runtime.shutdown().then(() => isDown = true);
  await clock.advance(0);
  assertEquals(isDown, false);
  turn.resolve();
  await shutdown;
});
