import { assertEquals } from "@std/assert";
import { Output, Reply } from "../../../../cluster/coordinator/coordinator_shard.ts";
import { ClassicGroup } from "../../../../cluster/coordinator/group/classic_group.ts";
import { ClassicGroupMember } from "../../../../cluster/coordinator/group/classic_group_member.ts";
import type { GroupOperation } from "../../../../cluster/coordinator/group/group_operation.ts";
import { GroupStore } from "../../../../cluster/coordinator/group/group_store.ts";
import {
  answerJoin,
  answerSync,
  awaitJoin,
  awaitSync,
  expectHeartbeat,
  joinAnswer,
  joinError,
  removeMember,
  removePendingMember,
} from "../../../../cluster/coordinator/group/member_requests.ts";
import { bytes } from "../../../support/group_harness.ts";
import { CollectingLogger, SeededRandom } from "../../../support/manual_env.ts";

function setUp(): { operation: GroupOperation; group: ClassicGroup; member: ClassicGroupMember } {
  const member = new ClassicGroupMember({
    memberId: "m",
    groupInstanceId: null,
    clientId: "c",
    clientHost: "/h",
    rebalanceTimeoutMs: 1,
    sessionTimeoutMs: 20,
    protocolType: "consumer",
    protocols: [{ name: "range", metadata: bytes("s") }],
  });
  const group = new ClassicGroup("g", 0);
  group.add(member);
  const operation = {
    groups: new GroupStore(),
    config: { int: () => 0, long: () => 0 },
    random: new SeededRandom(1),
    logger: new CollectingLogger(),
    out: new Output<never>() as never,
    now: { wallMs: 0, monotonicMs: 0 },
  };
  return { operation, group, member };
}

Deno.test("a request that waits is answered once", () => {
  const { operation, group, member } = setUp();
  const [join, sync] = [new Reply<never>(), new Reply<never>()];
  awaitJoin(operation, group, member, join);
  awaitSync(operation, member, sync);
  assertEquals(group.awaitingJoin, 1);
  answerJoin(operation, group, member, { memberId: "m" });
  answerJoin(operation, group, member, { memberId: "m" });
  assertEquals(answerSync(operation, member, { errorCode: 0 }), true);
  assertEquals(answerSync(operation, member, { errorCode: 0 }), false);
  assertEquals(operation.out.answers.map(({ reply }) => reply), [join, sync]);
  assertEquals(group.awaitingJoin, 0);
});

Deno.test("a second request takes the place of the first, which is told to try again", () => {
  const { operation, group, member } = setUp();
  const replies = [0, 1, 2, 3].map(() => new Reply<never>());
  awaitJoin(operation, group, member, replies[0]!);
  awaitJoin(operation, group, member, replies[1]!);
  awaitSync(operation, member, replies[2]!);
  awaitSync(operation, member, replies[3]!);
  assertEquals(operation.out.answers, [
    { reply: replies[0]!, response: { errorCode: 27, memberId: "m" } },
    { reply: replies[2]!, response: { errorCode: 27 } },
  ]);
  assertEquals(group.awaitingJoin, 1);
});

Deno.test("the generation is told to all, and the members to its leader", () => {
  const { group } = setUp();
  group.protocolName = "range";
  const told = {
    generationId: 0,
    protocolName: "range",
    protocolType: "consumer",
    leader: "m",
  };
  const members = [{ memberId: "m", groupInstanceId: null, metadata: bytes("s") }];
  assertEquals(joinAnswer(group, "m"), { ...told, memberId: "m", members });
  assertEquals(joinAnswer(group, "x"), { ...told, memberId: "x", members: [] });
  assertEquals(joinError("FENCED_INSTANCE_ID", "x"), { errorCode: 82, memberId: "x" });
});

Deno.test("a member that is taken out waits for nothing, and no sign of life of it is due", () => {
  const { operation, group, member } = setUp();
  expectHeartbeat(operation, group, member);
  assertEquals([...operation.out.timers], [["heartbeat:1:gm", 20]]);
  awaitJoin(operation, group, member, new Reply());
  awaitSync(operation, member, new Reply());
  removeMember(operation, group, member);
  assertEquals(operation.out.answers.length, 2);
  assertEquals([...operation.out.timers], [["heartbeat:1:gm", undefined]]);
  assertEquals([group.members.size, group.awaitingJoin], [0, 0]);
});

Deno.test("an id that is taken back is pending no more", () => {
  const { operation, group } = setUp();
  group.pendingJoinMembers.add("p");
  removePendingMember(operation, group, "p");
  assertEquals(group.pendingJoinMembers.size, 0);
  assertEquals([...operation.out.timers], [["heartbeat:1:gp", undefined]]);
});
