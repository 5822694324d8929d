import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import { CoordinatorContext } from "../../../cluster/coordinator/coordinator_context.ts";
import { CoordinatorTimers } from "../../../cluster/coordinator/coordinator_timers.ts";
import { PartitionWriter } from "../../../cluster/coordinator/partition_writer.ts";
import {
  type LedgerEffect,
  type LedgerRecord,
  ledgerSerde,
  LedgerShard,
} from "../../support/ledger_shard.ts";
import { assigned, openReplicas } from "../../support/replicas.ts";

type Context = CoordinatorContext<LedgerShard, LedgerRecord, LedgerEffect>;

const TOPIC = "ledger";

/** A context on a partition; it is not loaded yet. */
async function setUp() {
  const replicas = await openReplicas({ topics: { [TOPIC]: [assigned()] } });
  const found = replicas.replicaManager.getPartition(TOPIC, 0);
  assert(typeof found !== "string");
  const { env } = replicas;
  const timers = new CoordinatorTimers(
    env.clock,
    (owner, key) => (owner as Context).timerExpired(key),
  );
  const effects: string[] = [];
  const open = (onClosed: () => void = () => {}): Context =>
    new CoordinatorContext(
      { index: 0, epoch: 3, partition: found },
      new LedgerShard(0, 3),
      {
        env,
        topic: TOPIC,
        serde: ledgerSerde,
        writer: new PartitionWriter(ledgerSerde, () => ({ type: "none" }), () => {}),
        timers,
        perform: (effect, index) => effects.push(`${effect} in ${index}`),
        loadBufferBytes: () => 1 << 20,
        appendTimeoutMs: () => 5000,
      },
      onClosed,
    );
  return {
    replicas,
    partition: found,
    effects,
    timers,
    open,
    async [Symbol.asyncDispose]() {
      timers.close();
      await replicas[Symbol.asyncDispose]();
    },
  };
}

/** Puts a sum, and answers with the one before. */
function put(context: Context, account: string, sum: number) {
  return context.run<number | undefined>((shard, reply, out) => {
    out.append({ account, sum });
    out.answer(reply, shard.sums.get(account));
  });
}

Deno.test("a context without records is there as soon as it is loaded, and its shard is told", async () => {
  await using test = await setUp();
  const context = test.open();
  assertEquals([context.state, context.isEmpty], ["loading", true]);
  void context.load();
  assertEquals([context.state, context.shard.wasLoaded], ["active", true]);
  context.close();
});

Deno.test("a context that is loaded later has what another wrote", async () => {
  await using test = await setUp();
  const first = test.open();
  await first.load();
  put(first, "a", 1);
  put(first, "a", 2);
  first.close();
  const second = test.open();
  assertEquals(second.isEmpty, false);
  await second.load();
  assertEquals([second.state, second.shard.sums.get("a")], ["active", 2]);
  second.close();
});

Deno.test("a context that is closed while it is loaded does not begin to work", async () => {
  await using test = await setUp();
  const first = test.open();
  await first.load();
  put(first, "a", 1);
  first.close();
  const second = test.open();
  const loading = second.load();
  second.close();
  await loading;
  assertEquals([second.state, second.shard.wasLoaded, test.timers.size], ["closed", false, 0]);
});

Deno.test("whoever waits when a context is closed is told so, once", async () => {
  await using test = await setUp();
  const context = test.open();
  await context.load();
  const waiting = context.run<number>((shard, reply) => {
    shard.waiting.push(reply);
  }) as Promise<number>;
  const refused = assertRejects(() => waiting, KafkaError);
  context.close();
  context.close();
  assertEquals((await refused).code, "NOT_COORDINATOR");
  assertEquals(test.timers.size, 0);
});

Deno.test("an operation that refuses throws, and one from within an effect sees what was written", async () => {
  await using test = await setUp();
  const context = test.open();
  await context.load();
  assertThrows(
    () => context.run((_shard, reply, out) => out.fail(reply, "INVALID_REQUEST", "no")),
    KafkaError,
    "no",
  );
  const seen: unknown[] = [];
  test.effects.push = () => seen.push(put(context, "a", 2));
  context.run<void>((_shard, reply, out) => {
    out.append({ account: "a", sum: 1 });
    out.effects.push("again");
    out.answer(reply, undefined);
  });
  assertEquals([seen, context.shard.sums.get("a")], [[1], 2]);
  context.close();
});

Deno.test("its timers go off while it is at work, and a failure of one does not end it", async () => {
  await using test = await setUp();
  const context = test.open();
  await context.load();
  context.shard.onTimer = () => {
    throw new Error("oops");
  };
  await test.replicas.env.clock.advance(1000);
  assertEquals(context.shard.expired, ["interest 1000"]);
  assertEquals([context.state, put(context, "a", 1)], ["active", undefined]);
  context.close();
});

for (const reason of ["deleted", "failed"] as const) {
  Deno.test(`a context whose partition is ${reason} closes, and says so once`, async () => {
    await using test = await setUp();
    let closed = 0;
    const context = test.open(() => closed++);
    await context.load();
    test.partition.retire(reason);
    assertEquals([context.state, closed, test.timers.size], ["closed", 1, 0]);
  });
}
