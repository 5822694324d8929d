import { assertEquals, assertRejects } from "@std/assert";
import { groupError } from "../../../../client/consumer/group/group_coordinator.ts";
import { errorCode, KafkaError } from "../../../../client/protocol/error_codes.ts";
import { findCoordinator } from "../../../../client/protocol/messages/find_coordinator.ts";
import { heartbeat } from "../../../../client/protocol/messages/heartbeat.ts";
import { MemberWorld } from "../../../support/member_world.ts";

const BEAT = () => ({ groupId: "g", generationId: 1, memberId: "m" });
const answerOf = (error: Parameters<typeof errorCode>[0]) => ({
  coordinators: [{ key: "g", nodeId: -1, host: "", port: -1, errorCode: errorCode(error) }],
});

Deno.test("the coordinator is sought until it is there, and everybody is told", async () => {
  await using world = await MemberWorld.start();
  const { coordinator, nodes } = world;
  nodes.inTurn(
    findCoordinator,
    () => answerOf("COORDINATOR_NOT_AVAILABLE"),
    () => null,
    () => ({ coordinators: [{ key: "g", nodeId: 1, host: "127.0.0.1", port: 9001 }] }),
  );
  assertEquals([coordinator.isKnown, coordinator.isSought], [false, false]);
  coordinator.seek();
  coordinator.seek();
  assertEquals([coordinator.isKnown, coordinator.isSought], [false, true]);
  await world.until(() => coordinator.isKnown);
  await world.pass();
  assertEquals([world.finds, world.rings, coordinator.isSought], [1, 1, false]);
  assertEquals(nodes.of(findCoordinator).length, 3);
});

Deno.test("what keeps it from being found for good is told once: to who waits, or to the next poll", async () => {
  await using world = await MemberWorld.start();
  const { coordinator, nodes } = world;
  nodes.on(findCoordinator, () => answerOf("GROUP_AUTHORIZATION_FAILED"));
  const text = "Not authorized to access group: g";
  const never = new AbortController().signal;
  await assertRejects(() => world.outcomeOf(coordinator.ensureKnown(never)), KafkaError, text);
  assertEquals([coordinator.hasFailed, coordinator.takeFailure()], [false, undefined]);
  coordinator.seek();
  await world.until(() => coordinator.hasFailed);
  assertEquals((coordinator.takeFailure() as Error).message, text);
  assertEquals([coordinator.hasFailed, coordinator.takeFailure()], [false, undefined]);
});

Deno.test("who has waited long enough leaves the search to others", async () => {
  await using world = await MemberWorld.start();
  const { coordinator, nodes } = world;
  nodes.on(findCoordinator, () => answerOf("COORDINATOR_NOT_AVAILABLE"));
  const aborting = new AbortController();
  const waiting = assertRejects(() => coordinator.ensureKnown(aborting.signal), Error, "enough");
  await world.pass(50);
  aborting.abort(new Error("enough"));
  await waiting;
  assertEquals(coordinator.isSought, true);
});

Deno.test("a coordinator that is forgotten is sought anew, and nobody waits for its answers", async () => {
  await using world = await MemberWorld.start();
  const { coordinator, nodes } = world;
  await world.findCoordinator();
  nodes.on(heartbeat, () => new Promise(() => {}));
  const waiting = assertRejects(() => coordinator.send(heartbeat, BEAT));
  await world.until(() => nodes.of(heartbeat).length === 1);
  coordinator.forget("it is another");
  await world.outcomeOf(waiting);
  assertEquals(coordinator.isKnown, false);
  await assertRejects(() => coordinator.send(heartbeat, BEAT), KafkaError);
  await world.findCoordinator();
  assertEquals(nodes.of(findCoordinator).length, 2);
});

Deno.test("a coordinator that breaks a connection, or lets a request wait too long, is forgotten", async () => {
  await using world = await MemberWorld.start({ requestTimeoutMs: 100 });
  const { coordinator, nodes } = world;
  await world.findCoordinator();
  nodes.on(heartbeat, () => null);
  await assertRejects(() => world.outcomeOf(coordinator.send(heartbeat, BEAT)));
  assertEquals(coordinator.isKnown, false);
  await world.findCoordinator();
  nodes.on(heartbeat, () => new Promise(() => {}));
  await assertRejects(() => world.outcomeOf(coordinator.send(heartbeat, BEAT)), KafkaError);
  assertEquals(coordinator.isKnown, false);
});

Deno.test("a request goes in a version that the broker has, and not above the one that is named", async () => {
  await using world = await MemberWorld.start();
  const { coordinator, nodes } = world;
  nodes.highest.set(heartbeat.name, 3);
  nodes.on(heartbeat, () => ({}));
  await world.findCoordinator();
  const versions: number[] = [];
  const draftOf = (version: number) => {
    versions.push(version);
    return BEAT();
  };
  await world.outcomeOf(coordinator.send(heartbeat, draftOf));
  await world.outcomeOf(coordinator.send(heartbeat, draftOf, { maxVersion: 1 }));
  assertEquals([versions, nodes.of(heartbeat).map(({ version }) => version)], [[3, 1], [3, 1]]);
});

Deno.test("a group that may not be used is named", () => {
  const other = new KafkaError("NOT_COORDINATOR");
  assertEquals(groupError(other, "g"), other);
  const named = groupError(new KafkaError("GROUP_AUTHORIZATION_FAILED"), "g") as KafkaError;
  assertEquals(named.message, "Not authorized to access group: g");
});
