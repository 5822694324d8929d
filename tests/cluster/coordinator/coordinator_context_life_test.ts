import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import type { CoordinatorSerde } from "../../../cluster/coordinator/coordinator_shard.ts";
import { FaultyFileSystem } from "../../support/faulty_file_system.ts";
import {
  FOLLOWED,
  get,
  type LedgerOutput,
  noteAnswer,
  openContext,
  put,
} from "../../support/ledger_context.ts";
import { type LedgerRecord, ledgerSerde, LedgerShard } from "../../support/ledger_shard.ts";
import { HastyClock } from "../../support/hasty_clock.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { assigned } from "../../support/replicas.ts";

Deno.test("a partition that has nothing is at work at once, one with records when they are replayed", async () => {
  await using test = await openContext();
  const first = test.open();
  assertEquals([first.state, first.isEmpty], ["loading", true]);
  void first.load();
  assertEquals(first.state, "active");
  first.run(put("a", 1));
  first.close();
  const second = test.open();
  assertEquals(second.isEmpty, false);
  const load = second.load();
  assertEquals([second.state, second.shard.wasLoaded], ["loading", false]);
  await load;
  assertEquals([second.state, second.run(get("a"))], ["active", 1]);
});

Deno.test("who waits when it is closed is told, nothing of it goes on, and no effect is had any more", async () => {
  await using test = await openContext({ partition: FOLLOWED });
  const context = test.open();
  await context.load();
  const order: string[] = [];
  noteAnswer(order, "written", context.run(put("a", 1, "ring")));
  noteAnswer(order, "kept", context.run<number>((shard, reply) => void shard.waiting.push(reply)));
  context.close();
  context.close();
  test.fetch();
  context.timerExpired("interest");
  await test.env.clock.advance(10_000);
  assertEquals(order, ["written refused", "kept refused"]);
  assertEquals([test.effects, context.shard.expired, test.timers.size], [[], [], 0]);
  test.partition.retire("deleted");
  // Whoever closes it by hand knows of it.
  assertEquals([context.state, test.closed], ["closed", []]);
});

Deno.test("a partition that is led elsewhere, has failed or was deleted closes it", async () => {
  for (const how of ["follower", "failed", "deleted"] as const) {
    await using test = await openContext();
    const context = test.open();
    await context.load();
    if (how === "follower") {
      test.partition.makeFollower(assigned({ leader: 9, leaderEpoch: 4, partitionEpoch: 1 }));
    } else test.partition.retire(how);
    assertEquals([context.state, test.closed.length, test.timers.size], ["closed", 1, 0], how);
  }
});

Deno.test("when the disk fails in an append everything is over: what mends it sets no timer and has no effect", async () => {
  const fileSystem = new FaultyFileSystem();
  await using test = await openContext({ env: manualEnv({ fileSystem }) });
  const context = test.open();
  await context.load();
  const order: string[] = [];
  noteAnswer(order, "kept", context.run<number>((shard, reply) => void shard.waiting.push(reply)));
  fileSystem.inject({ code: "EIO", kinds: ["write"], path: ".log", times: 1 });
  const error = assertThrows(() =>
    context.run<void>((_shard, reply, out) => {
      out.append({ account: "a", sum: 1 });
      out.answer(reply, undefined);
      out.onAppendFailed = (_error, mended) => {
        mended.setTimer("mended", 10);
        mended.effects.push("ring");
      };
    }), KafkaError);
  assertEquals(test.timers.size, 0);
  await test.env.clock.advance(100);
  assertEquals([error.code, context.state, order], ["NOT_COORDINATOR", "closed", ["kept refused"]]);
  assertEquals([test.effects, context.shard.expired], [[], []]);
});

/** A shard that is never to be told of its end: it has not begun. */
class Unheard extends LedgerShard {
  override unloaded(): void {
    throw new Error("It was never loaded");
  }
}

Deno.test("one that is closed while it is loaded never comes to work", async () => {
  await using test = await openContext();
  const before = test.open();
  await before.load();
  before.run(put("a", 1));
  before.close();
  const context = test.open(new Unheard(0, 3));
  const load = context.load();
  context.close();
  await load;
  assertEquals([context.state, context.shard.wasLoaded, test.timers.size], ["closed", false, 0]);
  // Nor one that was closed before its turn.
  await context.load();
  assertEquals(context.state, "closed");
});

Deno.test("one that cannot be loaded has failed; operators are told, and its end is quiet", async () => {
  const broken = {
    ...ledgerSerde,
    decode: () => {
      throw new Error("It is damaged");
    },
  };
  await using test = await openContext({ more: { serde: broken } });
  const before = test.open();
  await before.load();
  before.run(put("a", 1));
  before.close();
  const context = test.open(new Unheard(0, 3));
  await context.load();
  assertEquals([context.state, context.shard.wasLoaded], ["failed", false]);
  assertEquals(test.env.logger.matching("Failed to load", "error").length, 1);
  context.close();
  assertEquals(context.state, "closed");
});

Deno.test("one that is closed in the middle of a load reads no further, and is quiet about what is wrong then", async () => {
  const clock = new HastyClock();
  let isBroken = false;
  const serde: CoordinatorSerde<LedgerRecord> = {
    ...ledgerSerde,
    decode(key, value) {
      if (!isBroken) return ledgerSerde.decode(key, value);
      context.close();
      throw new Error("It is damaged");
    },
  };
  await using test = await openContext({ env: { ...manualEnv(), clock }, more: { serde } });
  const before = test.open();
  await before.load();
  before.run<void>((_shard, reply, out) => {
    for (let sum = 0; sum < 600; sum++) out.append({ account: "a", sum });
    out.answer(reply, undefined);
  });
  before.close();
  let context = test.open(new Unheard(0, 3));
  clock.onTurn = () => context.close();
  await context.load();
  assertEquals([context.state, context.shard.offsets.length], ["closed", 256]);
  isBroken = true;
  context = test.open(new Unheard(0, 3));
  await context.load();
  assertEquals([context.state, test.env.logger.matching("load", "error")], ["closed", []]);
});

Deno.test("one whose first steps go wrong has failed, and sets nothing in motion", async () => {
  class Stumbling extends LedgerShard {
    override loaded(out: LedgerOutput): void {
      super.loaded(out);
      throw new Error("It stumbles");
    }
  }
  await using test = await openContext();
  const context = test.open(new Stumbling(0, 3));
  await context.load();
  assertEquals([context.state, test.timers.size], ["failed", 0]);
});

Deno.test("what it writes when it is loaded is committed before anybody hears of it", async () => {
  class Greeting extends LedgerShard {
    override loaded(out: LedgerOutput): void {
      out.append({ account: "hello", sum: 1 });
      out.effects.push("greeted");
    }
  }
  await using test = await openContext({ partition: FOLLOWED });
  const context = test.open(new Greeting(0, 3));
  await context.load();
  assertEquals([context.shard.sums.get("hello"), test.effects], [1, []]);
  test.fetch();
  assertEquals(test.effects, ["greeted"]);
});

Deno.test("records that were there before the load are seen when they are committed", async () => {
  await using test = await openContext({ partition: FOLLOWED });
  const before = test.open();
  await before.load();
  const refused = assertRejects(async () => await before.run(put("a", 1)), KafkaError);
  before.close();
  await refused;
  const context = test.open();
  await context.load();
  const order: string[] = [];
  noteAnswer(order, "read", context.run(get("a")));
  await test.env.clock.advance(0);
  assertEquals(order, []);
  test.fetch();
  await test.env.clock.advance(0);
  assertEquals(order, ["read"]);
});
