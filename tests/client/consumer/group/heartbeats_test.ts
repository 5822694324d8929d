import { assertEquals } from "@std/assert";
import { ExponentialBackoff } from "../../../../client/network/exponential_backoff.ts";
import { Heartbeat } from "../../../../client/consumer/group/heartbeat.ts";
import { Heartbeats } from "../../../../client/consumer/group/heartbeats.ts";
import {
  errorCode,
  type ErrorName,
  type KafkaError,
} from "../../../../client/protocol/error_codes.ts";
import { findCoordinator } from "../../../../client/protocol/messages/find_coordinator.ts";
import { heartbeat as heartbeatApi } from "../../../../client/protocol/messages/heartbeat.ts";
import { GENERATION, MemberWorld } from "../../../support/member_world.ts";

/** A member with heartbeats every 100 ms, a session of 300 ms, and 1,000 ms between polls. */
async function setUp(...errors: readonly ErrorName[]) {
  const world = await MemberWorld.start({ groupInstanceId: "i" });
  const { coordinator, env, member, nodes, settings } = world;
  const heartbeat = new Heartbeat({
    intervalMs: 100,
    sessionTimeoutMs: 300,
    maxPollIntervalMs: 1000,
    backoff: new ExponentialBackoff(10, 10, {
      next: () => 0.5,
      bytes: (length) => new Uint8Array(length),
    }),
  });
  let expired = 0;
  const heartbeats = new Heartbeats({
    env,
    settings,
    coordinator,
    member,
    heartbeat,
    onPollExpired: () => void expired++,
    onChange: world.parts.onChange,
  });
  const answers = errors.map((error) => () => ({ errorCode: errorCode(error) }));
  nodes.inTurn(heartbeatApi, ...answers, () => ({}));
  await world.findCoordinator();
  world.settle("t");
  world.rings = 0;
  heartbeats.joined();
  return {
    world,
    heartbeat,
    heartbeats,
    sent: () => nodes.of(heartbeatApi).length,
    expired: () => expired,
    async [Symbol.asyncDispose]() {
      heartbeats.stop();
      await world[Symbol.asyncDispose]();
    },
  };
}

Deno.test("a member sends a heartbeat each interval, with all that it is", async () => {
  await using set = await setUp();
  const { world } = set;
  await world.pass(99);
  assertEquals(set.sent(), 0);
  await world.pass(351);
  assertEquals(set.sent(), 4);
  const { generationId, memberId } = GENERATION;
  assertEquals(world.nodes.of(heartbeatApi)[0]!.request, {
    groupId: "g",
    generationId,
    memberId,
    groupInstanceId: "i",
  });
  assertEquals(world.member.needsRejoin, false);
});

Deno.test("who has stopped, or is no member, sends none", async () => {
  await using set = await setUp();
  set.world.member.beginJoin();
  await set.world.pass(500);
  assertEquals(set.sent(), 0);
  set.world.settle("t");
  set.heartbeats.joined();
  set.heartbeats.stop();
  await set.world.pass(500);
  assertEquals(set.sent(), 0);
});

Deno.test("a rebalance makes the member join anew, and its heartbeats go on meanwhile", async () => {
  await using set = await setUp("REBALANCE_IN_PROGRESS", "REBALANCE_IN_PROGRESS");
  const { world } = set;
  await world.pass(250);
  assertEquals([world.member.rejoinReason, world.member.phase], [
    "group is already rebalancing",
    "stable",
  ]);
  assertEquals([set.sent(), world.rings > 0], [2, true]);
});

Deno.test("a rebalance that the member is in already is none", async () => {
  await using set = await setUp("REBALANCE_IN_PROGRESS");
  const { world } = set;
  world.member.beginJoin();
  world.member.joined({ ...GENERATION, generationId: 6 });
  await world.pass(150);
  assertEquals([set.sent(), world.rings, world.member.rejoinReason], [1, 0, ""]);
});

Deno.test("a generation that is over is given up, the member's name with it unless only the generation is wrong", async () => {
  for (const error of ["ILLEGAL_GENERATION", "UNKNOWN_MEMBER_ID"] as const) {
    await using set = await setUp(error);
    const { world } = set;
    await world.pass(400);
    const { generationId, memberId } = world.member.generation;
    assertEquals([world.member.phase, generationId], ["unjoined", -1]);
    assertEquals(memberId, error === "ILLEGAL_GENERATION" ? "m-1" : "");
    assertEquals([set.sent(), set.heartbeats.hasFailed], [1, false]);
  }
});

Deno.test("an answer to a heartbeat of an earlier generation changes nothing", async () => {
  await using set = await setUp();
  const { world } = set;
  const answer = Promise.withResolvers<{ errorCode: number }>();
  world.nodes.inTurn(heartbeatApi, () => answer.promise, () => ({}));
  await world.until(() => set.sent() === 1);
  world.member.joined({ ...GENERATION, generationId: 6 });
  answer.resolve({ errorCode: errorCode("UNKNOWN_MEMBER_ID") });
  await world.pass(1);
  assertEquals(world.member.generation.generationId, 6);
});

Deno.test("who is fenced hears of it in the next poll, once", async () => {
  await using set = await setUp("FENCED_INSTANCE_ID");
  await set.world.until(() => set.heartbeats.hasFailed);
  assertEquals((set.heartbeats.takeFailure() as KafkaError).code, "FENCED_INSTANCE_ID");
  assertEquals([set.heartbeats.hasFailed, set.heartbeats.takeFailure()], [false, undefined]);
});

Deno.test("a coordinator that is another is sought, and told that the member lives", async () => {
  await using set = await setUp("NOT_COORDINATOR");
  const { world } = set;
  await world.pass(150);
  assertEquals(world.nodes.of(findCoordinator).length, 2);
  set.heartbeats.found();
  await world.pass(100);
  assertEquals([set.sent(), world.member.phase], [2, "stable"]);
});

Deno.test("an error of no meaning is tried again after the backoff", async () => {
  await using set = await setUp("UNKNOWN_SERVER_ERROR");
  await set.world.pass(115);
  assertEquals([set.sent(), set.world.member.phase], [2, "stable"]);
  assertEquals(set.world.env.logger.matching("Unexpected error", "warn").length, 1);
});

Deno.test("a coordinator that says nothing for a session is given up, and sought", async () => {
  await using set = await setUp();
  const { world } = set;
  world.nodes.on(heartbeatApi, () => new Promise(() => {}));
  await world.pass(299);
  assertEquals([set.sent(), world.nodes.of(findCoordinator).length], [1, 1]);
  await world.pass(20);
  assertEquals(world.nodes.of(findCoordinator).length, 2);
});

Deno.test("who is not polled for too long leaves; polls keep it", async () => {
  await using set = await setUp();
  const { world } = set;
  await world.pass(900);
  set.heartbeat.polled(world.env.clock.monotonic());
  await world.pass(950);
  assertEquals(set.expired(), 0);
  await world.pass(100);
  assertEquals(set.expired(), 1);
  assertEquals(world.env.logger.matching("poll timeout has expired", "warn").length, 1);
});
