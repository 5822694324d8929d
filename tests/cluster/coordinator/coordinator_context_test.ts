import { assert, assertEquals, assertThrows } from "@std/assert";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import {
  FOLLOWED,
  FOLLOWER,
  get,
  HUGE,
  type LedgerOutput,
  noteAnswer,
  openContext,
  put,
} from "../../support/ledger_context.ts";
import { BROKER } from "../../support/replicas.ts";

Deno.test("answers and effects come in the order of the operations, however many are committed together", async () => {
  await using test = await openContext({ partition: FOLLOWED });
  const context = test.open();
  await context.load();
  const order: string[] = [];
  noteAnswer(order, "first", context.run(put("a", 1, "one")));
  noteAnswer(order, "second", context.run(get("a")));
  noteAnswer(order, "third", context.run(put("a", 2, "two")));
  test.fetch(1);
  assertEquals(test.effects, ["one"]);
  await test.env.clock.advance(0);
  assertEquals(order, ["first", "second"]);
  test.fetch();
  await test.env.clock.advance(0);
  assertEquals([order, test.effects], [["first", "second", "third"], ["one", "two"]]);
});

Deno.test("an effect may run the next operation, which sees what the one before has written", async () => {
  const seen: unknown[] = [];
  const perform = (effect: string) => {
    if (effect === "again") seen.push(context.run(put("a", 2, "done")));
    else seen.push(effect);
  };
  await using test = await openContext({ more: { perform } });
  const context = test.open();
  await context.load();
  assertEquals(context.run(put("a", 1, "again")), undefined);
  assertEquals(seen, ["done", 1]);
  assertEquals(context.run(get("a")), 2);
});

Deno.test("an operation that an effect runs takes its turn behind those that wait", async () => {
  const order: string[] = [];
  const perform = (effect: string) => {
    order.push(effect);
    // Everything before it is committed: so is what it has seen.
    if (effect === "again") order.push(`nested ${context.run(get("a"))}`);
  };
  await using test = await openContext({ partition: FOLLOWED, more: { perform } });
  const context = test.open();
  await context.load();
  noteAnswer(order, "first", context.run(put("a", 1, "again")));
  noteAnswer(order, "second", context.run(put("a", 2, "ring")));
  test.fetch();
  await test.env.clock.advance(0);
  assertEquals(order, ["again", "ring", "nested 2", "first", "second"]);
});

Deno.test("an effect that goes wrong takes nothing from others", async () => {
  const effects: string[] = [];
  const perform = (effect: string) => {
    if (effect === "break") throw new Error("It is broken");
    effects.push(effect);
  };
  await using test = await openContext({ partition: FOLLOWED, more: { perform } });
  const context = test.open();
  await context.load();
  const answers = [context.run(put("a", 1, "break")), context.run(put("a", 2, "ring"))];
  test.fetch();
  assertEquals(await Promise.all(answers), [undefined, 1]);
  assertEquals(effects, ["ring"]);
  assertEquals(test.env.logger.matching("effect", "error").length, 1);
});

/** A context with something that waits for a follower, which is about to be in sync and has been behind for too long by now: the next append is told. */
async function openBehind(perform: (effect: string) => void = () => {}) {
  const test = await openContext({
    partition: { ...FOLLOWED, isr: [BROKER] },
    more: { appendTimeoutMs: () => 100_000, perform },
  });
  const endpoint = { nodeId: FOLLOWER, host: "other", port: 9092, rack: null };
  test.replicas.metadata.brokers.set(FOLLOWER, endpoint);
  const context = test.open();
  await context.load();
  test.fetch();
  const order: string[] = [];
  noteAnswer(order, "first", context.run(put("a", 1, "ring")));
  await test.env.clock.advance(40_000);
  assertEquals(order, []);
  return { ...test, context, order };
}

/** Puts a sum, and answers nobody. */
const putOnly = (account: string) => (_shard: unknown, _reply: unknown, out: LedgerOutput): void =>
  out.append({ account, sum: 1 });

Deno.test("answers are given when the high watermark reaches them in the append of an operation that has none", async () => {
  const seen: unknown[] = [];
  await using test = await openBehind(() => {
    // The operation that is at work is done first.
    seen.push(test.context.run(get("b")));
  });
  const { context, order, env } = test;
  assert(context.run(putOnly("b")) instanceof Promise);
  await env.clock.advance(0);
  assertEquals([order, seen], [["first"], [1]]);
});

Deno.test("answers are given when the high watermark reaches them in an append of which the rest fails", async () => {
  await using test = await openBehind();
  const { context, order, env } = test;
  assertThrows(() =>
    context.run<void>((_shard, reply, out) => {
      out.isAtomic = false;
      out.append({ account: "b", sum: 1 }, { account: HUGE, sum: 1 });
      out.answer(reply, undefined);
    }), KafkaError);
  await env.clock.advance(0);
  // What was written before the failure is in the state.
  assertEquals([order, [...context.shard.sums.keys()]], [["first"], ["a", "b"]]);
});

Deno.test("who waits for too long is refused, in order, and later ones have their own time", async () => {
  await using test = await openContext({ partition: FOLLOWED });
  const context = test.open();
  await context.load();
  const order: string[] = [];
  noteAnswer(order, "first", context.run(put("a", 1, "one")));
  await test.env.clock.advance(1000);
  noteAnswer(order, "second", context.run(put("a", 2, "two")));
  await test.env.clock.advance(4000);
  assertEquals(order, ["first refused"]);
  await test.env.clock.advance(999);
  assertEquals(order, ["first refused"]);
  await test.env.clock.advance(1);
  assertEquals(order, ["first refused", "second refused"]);
  // One that comes now waits as long as any.
  noteAnswer(order, "third", context.run(get("a")));
  await test.env.clock.advance(4999);
  assertEquals(order.length, 2);
  await test.env.clock.advance(1);
  assertEquals([order[2], test.effects], ["third refused", []]);
  test.fetch();
  assertEquals([test.effects, order.length], [["one", "two"], 3]);
});

Deno.test("nothing is timed when nobody waits", async () => {
  await using test = await openContext({ partition: FOLLOWED });
  const context = test.open();
  await context.load();
  const { size } = test.timers;
  const answer = context.run(put("a", 1));
  assertEquals(test.timers.size, size + 1);
  test.fetch();
  await answer;
  assertEquals(test.timers.size, size);
});

Deno.test("records that cannot be appended are refused at once, also while others wait", async () => {
  await using test = await openContext({ partition: FOLLOWED });
  const context = test.open();
  await context.load();
  const waits = context.run(put("a", 1));
  const error = assertThrows(() => context.run(put(HUGE, 1, "ring")), KafkaError);
  assertEquals(error.code, "UNKNOWN_SERVER_ERROR");
  test.fetch();
  assertEquals([await waits, test.effects], [undefined, []]);
});

Deno.test("timers of an operation are set when its records are in the log, those that mend it when they are not", async () => {
  await using test = await openContext();
  const context = test.open();
  await context.load();
  const operation = (account: string) => () =>
    context.run<void>((_shard, reply, out) => {
      out.append({ account, sum: 1 });
      out.setTimer("written", 10);
      out.answer(reply, undefined);
      out.onAppendFailed = (_error, mended) => mended.setTimer("mended", 20);
    });
  assertThrows(operation(HUGE), KafkaError);
  await test.env.clock.advance(100);
  assertEquals(context.shard.expired, ["mended 20"]);
  operation("a")();
  await test.env.clock.advance(100);
  assertEquals(context.shard.expired, ["mended 20", "written 110"]);
});

Deno.test("its timers go off while it is at work, and a failure of one does not end it", async () => {
  await using test = await openContext();
  const context = test.open();
  await context.load();
  context.shard.onTimer = () => {
    throw new Error("It is broken");
  };
  await test.env.clock.advance(1000);
  assertEquals(context.shard.expired, ["interest 1000"]);
  assertEquals([context.state, context.run(put("a", 1))], ["active", undefined]);
});

Deno.test("what mends a failed append may be records, and who is answered by it waits for them", async () => {
  await using test = await openContext({ partition: FOLLOWED });
  const context = test.open();
  await context.load();
  const answer = context.run<string>((_shard, reply, out) => {
    out.append({ account: HUGE, sum: 1 });
    out.answer(reply, "written");
    out.onAppendFailed = (error, mended) => {
      mended.append({ account: "failed", sum: 1 });
      mended.answer(reply, error);
    };
  });
  const order: string[] = [];
  noteAnswer(order, "mended", answer);
  await test.env.clock.advance(0);
  assertEquals([order, [...context.shard.sums.keys()]], [[], ["failed"]]);
  test.fetch();
  assertEquals(await answer, "UNKNOWN_SERVER_ERROR");
});

Deno.test("an operation that refuses by itself writes nothing", async () => {
  await using test = await openContext();
  const context = test.open();
  await context.load();
  const error = assertThrows(
    () =>
      context.run<void>((_shard, reply, out) => out.fail(reply, "ILLEGAL_GENERATION", "Too late")),
    KafkaError,
  );
  assertEquals([error.code, error.message], ["ILLEGAL_GENERATION", "Too late"]);
  assertThrows(() =>
    context.run<void>((_shard, _reply, out) => {
      out.append({ account: "a", sum: 1 });
      throw new TypeError("A bug");
    }), TypeError);
  assertEquals([test.partition.log!.logEndOffset, context.run(get("a"))], [0, undefined]);
});

Deno.test("the end of a transaction waits for the followers, and what is wrong with it is told", async () => {
  await using test = await openContext({ partition: FOLLOWED });
  const context = test.open();
  await context.load();
  const end = { producerId: 7, producerEpoch: 5, committed: true, coordinatorEpoch: 9 };
  const order: string[] = [];
  noteAnswer(order, "marker", context.writeMarker({ ...end, transactionVersion: 1 }));
  await test.env.clock.advance(0);
  assertEquals([order, test.partition.log!.logEndOffset], [[], 1]);
  test.fetch();
  await test.env.clock.advance(0);
  assertEquals(order, ["marker"]);
  const old = { ...end, coordinatorEpoch: 8, transactionVersion: 1 };
  const error = assertThrows(() => context.writeMarker(old), KafkaError);
  assertEquals(error.code, "TRANSACTION_COORDINATOR_FENCED");
});
