import { assertEquals, assertRejects } from "@std/assert";
import { ConsumerError } from "../../../../client/consumer/consumer_errors.ts";
import { NO_GENERATION } from "../../../../client/consumer/group/generation.ts";
import { joinAndSync, rejoinsAtOnce } from "../../../../client/consumer/group/member_join.ts";
import { errorCode, type ErrorName, KafkaError } from "../../../../client/protocol/error_codes.ts";
import {
  joinGroup,
  type JoinGroupResponse,
} from "../../../../client/protocol/messages/join_group.ts";
import { syncGroup } from "../../../../client/protocol/messages/sync_group.ts";
import { GENERATION, MemberWorld } from "../../../support/member_world.ts";

const METADATA = new Uint8Array([1, 2]);
const ASSIGNMENT = new Uint8Array([3, 4]);
const LEADS = { leader: "m-1", memberId: "m-1", generationId: 5, protocolName: "range" };
const FOLLOWS = { ...LEADS, leader: "m-9" };

async function setUp(configs = {}) {
  const world = await MemberWorld.start(configs);
  await world.findCoordinator();
  world.nodes.on(joinGroup, () => LEADS);
  world.nodes.on(syncGroup, () => ({ assignment: ASSIGNMENT }));
  const led: JoinGroupResponse[] = [];
  let joined = 0;
  const join = (lead?: () => void) =>
    world.outcomeOf(joinAndSync({
      coordinator: world.coordinator,
      member: world.member,
      settings: world.settings,
      logger: world.env.logger,
      protocols: () => [{ name: "range", metadata: METADATA }],
      lead: (response) => {
        led.push(response);
        lead?.();
        return Promise.resolve(new Map([["m-1", ASSIGNMENT]]));
      },
      onJoined: () => void joined++,
    }, new AbortController().signal));
  return {
    world,
    join,
    led,
    joined: () => joined,
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

/** What a join fails with when the coordinator says this. */
async function failure(error: ErrorName, api: "join" | "sync") {
  await using set = await setUp();
  const { world } = set;
  const errorOf = () => ({ errorCode: errorCode(error), memberId: "m-given" });
  if (api === "join") world.nodes.on(joinGroup, errorOf);
  else world.nodes.on(syncGroup, errorOf);
  const thrown = await assertRejects(() => set.join(), Error);
  return { thrown, member: world.member, isKnown: world.coordinator.isKnown };
}

Deno.test("a member says what it wants, and takes what it is given", async () => {
  await using set = await setUp({ groupInstanceId: "i", maxPollIntervalMs: 60_000 });
  const { world } = set;
  world.nodes.on(joinGroup, () => FOLLOWS);
  world.member.requestRejoin("x".repeat(300));
  assertEquals(await set.join(), ASSIGNMENT);
  assertEquals(world.nodes.of(joinGroup)[0]!.request, {
    groupId: "g",
    sessionTimeoutMs: 45_000,
    rebalanceTimeoutMs: 60_000,
    memberId: "",
    groupInstanceId: "i",
    protocolType: "consumer",
    protocols: [{ name: "range", metadata: METADATA }],
    reason: "x".repeat(255),
  });
  assertEquals(world.nodes.of(syncGroup)[0]!.request, {
    groupId: "g",
    generationId: 5,
    memberId: "m-1",
    groupInstanceId: "i",
    protocolType: "consumer",
    protocolName: "range",
    assignments: [],
  });
  assertEquals([world.member.phase, world.member.generation], ["stable", GENERATION]);
  assertEquals([set.led.length, set.joined()], [0, 1]);
});

Deno.test("the leader shares, and tells the coordinator what it has shared", async () => {
  await using set = await setUp();
  await set.join();
  assertEquals(set.led.map(({ memberId }) => memberId), ["m-1"]);
  const { assignments } = set.world.nodes.of(syncGroup)[0]!.request;
  assertEquals(assignments, [{ memberId: "m-1", assignment: ASSIGNMENT }]);
});

Deno.test("who must come again with its name has it then, and no other reason to join", async () => {
  const { thrown, member } = await failure("MEMBER_ID_REQUIRED", "join");
  assertEquals((thrown as KafkaError).code, "MEMBER_ID_REQUIRED");
  assertEquals(member.generation, { ...NO_GENERATION, memberId: "m-given" });
  assertEquals(member.rejoinReason, "need to re-join with the given member-id: m-given");
  assertEquals(rejoinsAtOnce(thrown), true);
});

Deno.test("who is not known any more joins without its name", async () => {
  await using set = await setUp();
  set.world.settle("t");
  set.world.nodes.on(joinGroup, () => ({ errorCode: errorCode("UNKNOWN_MEMBER_ID") }));
  const thrown = await assertRejects(() => set.join(), KafkaError);
  assertEquals([rejoinsAtOnce(thrown), set.world.member.generation], [true, NO_GENERATION]);
  const { thrown: later, member } = await failure("ILLEGAL_GENERATION", "sync");
  assertEquals(rejoinsAtOnce(later), true);
  assertEquals(member.generation, { ...NO_GENERATION, memberId: "m-1" });
});

Deno.test("a coordinator that is none is forgotten", async () => {
  for (const error of ["NOT_COORDINATOR", "COORDINATOR_NOT_AVAILABLE"] as const) {
    for (const api of ["join", "sync"] as const) {
      const { thrown, isKnown } = await failure(error, api);
      assertEquals([(thrown as KafkaError).retriable, isKnown], [true, false]);
    }
  }
});

Deno.test("what does not pass is told as it is", async () => {
  for (
    const error of [
      "FENCED_INSTANCE_ID",
      "GROUP_MAX_SIZE_REACHED",
      "INCONSISTENT_GROUP_PROTOCOL",
      "INVALID_SESSION_TIMEOUT",
    ] as const
  ) {
    const { thrown, isKnown } = await failure(error, "join");
    assertEquals([(thrown as KafkaError).code, rejoinsAtOnce(thrown), isKnown], [
      error,
      false,
      true,
    ]);
  }
  const { thrown } = await failure("GROUP_AUTHORIZATION_FAILED", "sync");
  assertEquals(thrown.message, "Not authorized to access group: g");
  for (const api of ["join", "sync"] as const) {
    const { thrown } = await failure("UNKNOWN_TOPIC_OR_PARTITION", api);
    assertEquals(thrown instanceof ConsumerError, true);
  }
});

Deno.test("who has left while it was joining does not go on", async () => {
  await using set = await setUp();
  const { member, nodes } = set.world;
  nodes.on(joinGroup, () => {
    member.reset("left", false);
    return LEADS;
  });
  await assertRejects(() => set.join(), KafkaError, "left the group while it was joining");
  assertEquals([nodes.of(syncGroup).length, set.joined()], [0, 0]);
  nodes.on(joinGroup, () => LEADS);
  await assertRejects(() => set.join(() => member.reset("left", false)), KafkaError);
  assertEquals(nodes.of(syncGroup).length, 0);
  nodes.on(syncGroup, () => {
    member.reset("left", false);
    return { assignment: ASSIGNMENT };
  });
  const thrown = await assertRejects(() => set.join(), KafkaError);
  assertEquals([thrown.code, member.phase], ["ILLEGAL_GENERATION", "unjoined"]);
});

Deno.test("members of another kind, and another assignor than was agreed on, are refused", async () => {
  await using set = await setUp();
  const { nodes } = set.world;
  nodes.on(syncGroup, () => ({ protocolName: "roundrobin", assignment: ASSIGNMENT }));
  assertEquals(
    (await assertRejects(() => set.join(), KafkaError)).code,
    "INCONSISTENT_GROUP_PROTOCOL",
  );
  nodes.on(joinGroup, () => ({ ...LEADS, protocolType: "connect" }));
  assertEquals(
    (await assertRejects(() => set.join(), KafkaError)).code,
    "INCONSISTENT_GROUP_PROTOCOL",
  );
});
