import { assert, assertEquals } from "@std/assert";
import { errorName } from "../../../../client/protocol/error_codes.ts";
import type {
  SyncGroupRequest,
  SyncGroupResponse,
} from "../../../../client/protocol/messages/sync_group.ts";
import { syncGroupHandler } from "../../../../cluster/server/handlers/sync_group.ts";
import type { Draft } from "../../../../storage/message/message_codec.ts";
import { bytes, text } from "../../../support/group_harness.ts";
import { TestGroupRuntime } from "../../../support/group_runtime.ts";
import { call, callLater, type Outcome, responseOf } from "../../../support/handler_call.ts";

function ok(outcome: Outcome<SyncGroupResponse>): SyncGroupResponse {
  assert(typeof outcome === "object");
  return outcome;
}

Deno.test("every version gives and gets assignments", async () => {
  for (let version = 0; version <= 5; version++) {
    const groups = new TestGroupRuntime();
    const handler = syncGroupHandler({ groups });
    const [a, b] = [groups.groups.enter(), groups.groups.enter()];
    groups.groups.advance(6000);
    const protocol = version >= 5 ? { protocolType: "consumer", protocolName: "range" } : {};
    const request: Draft<SyncGroupRequest> = { groupId: "g", generationId: 1, ...protocol };
    const follower = callLater(handler, version, { ...request, memberId: b.memberId });
    const leader = ok(call(handler, version, {
      ...request,
      memberId: a.memberId,
      assignments: [
        { memberId: a.memberId, assignment: bytes("a") },
        { memberId: b.memberId, assignment: bytes("b") },
      ],
    }));
    assertEquals([text(leader.assignment), leader.errorCode], ["a", 0]);
    assertEquals(text(ok(await follower).assignment), "b");
    assertEquals(leader.protocolName, version >= 5 ? "range" : null);
  }
});

Deno.test("a group has a name, and new members tell their protocol", () => {
  const handler = syncGroupHandler({ groups: new TestGroupRuntime() });
  const error = (version: number, request: Draft<SyncGroupRequest>) =>
    errorName(ok(call(handler, version, { generationId: 1, memberId: "m", ...request })).errorCode);
  assertEquals(error(5, { groupId: "" }), "INCONSISTENT_GROUP_PROTOCOL");
  assertEquals(error(5, { groupId: "g", protocolType: "consumer" }), "INCONSISTENT_GROUP_PROTOCOL");
  assertEquals(error(4, { groupId: "" }), "INVALID_GROUP_ID");
  assertEquals(error(4, { groupId: "g" }), "UNKNOWN_MEMBER_ID");
  assertEquals(responseOf(handler.onError({} as never, "NOT_COORDINATOR")), { errorCode: 16 });
});
