import { assert, assertEquals } from "@std/assert";
import { errorName } from "../../../../client/protocol/error_codes.ts";
import type {
  JoinGroupRequest,
  JoinGroupResponse,
} from "../../../../client/protocol/messages/join_group.ts";
import { joinGroupHandler } from "../../../../cluster/server/handlers/join_group.ts";
import type { Draft } from "../../../../storage/message/message_codec.ts";
import { subscriptionOf } from "../../../support/group_harness.ts";
import { TestGroupRuntime } from "../../../support/group_runtime.ts";
import { call, callLater, type Outcome, responseOf } from "../../../support/handler_call.ts";

const config = {
  int: (name: string) => name === "group.min.session.timeout.ms" ? 6000 : 1_800_000,
  long: () => 0,
};

const REQUEST: Draft<JoinGroupRequest> = {
  groupId: "g",
  sessionTimeoutMs: 10_000,
  memberId: "",
  protocolType: "consumer",
  protocols: [{ name: "range", metadata: subscriptionOf("t") }],
};

function ok(outcome: Outcome<JoinGroupResponse>): JoinGroupResponse {
  assert(typeof outcome === "object");
  return outcome;
}

Deno.test("every version joins, and is told its generation when that begins", async () => {
  for (let version = 0; version <= 9; version++) {
    const groups = new TestGroupRuntime();
    const handler = joinGroupHandler({ groups, config });
    let memberId = "";
    if (version >= 4) {
      const asked = ok(call(handler, version, REQUEST));
      assertEquals(errorName(asked.errorCode), "MEMBER_ID_REQUIRED");
      assertEquals(asked.protocolName, version >= 7 ? null : "");
      memberId = asked.memberId;
    }
    const timeout = version === 0 ? {} : { rebalanceTimeoutMs: 60_000 };
    const joined = callLater(handler, version, { ...REQUEST, ...timeout, memberId });
    groups.groups.advance(3000);
    const response = ok(await joined);
    assertEquals([response.generationId, response.protocolName], [1, "range"]);
    assertEquals(response.protocolType, version >= 7 ? "consumer" : null);
    assertEquals(response.leader, response.memberId);
    const member = groups.groups.shard.groups.classic("g")!.members.get(response.memberId)!;
    assertEquals([member.clientId, member.clientHost], ["test", "/127.0.0.1"]);
    assertEquals(member.rebalanceTimeoutMs, version === 0 ? 10_000 : 60_000);
  }
});

Deno.test("a group has a name, and a session is neither too short nor too long", () => {
  const handler = joinGroupHandler({ groups: new TestGroupRuntime(), config });
  const errorOf = (changes: Draft<JoinGroupRequest>) => {
    const { errorCode, memberId } = ok(call(handler, 9, { ...REQUEST, memberId: "m", ...changes }));
    return [errorName(errorCode), memberId];
  };
  assertEquals(errorOf({ groupId: "" }), ["INVALID_GROUP_ID", "m"]);
  assertEquals(errorOf({ sessionTimeoutMs: 5999 }), ["INVALID_SESSION_TIMEOUT", "m"]);
  assertEquals(errorOf({ sessionTimeoutMs: 1_800_001 }), ["INVALID_SESSION_TIMEOUT", "m"]);
  assertEquals(errorOf({ sessionTimeoutMs: 6000 }), ["UNKNOWN_MEMBER_ID", "m"]);
});

Deno.test("an error has no protocol, as each version says it", () => {
  const handler = joinGroupHandler({ groups: new TestGroupRuntime(), config });
  const error = (version: number) =>
    responseOf(handler.onError(REQUEST as JoinGroupRequest, "NOT_COORDINATOR", undefined, version));
  assertEquals(error(6), { errorCode: 16, protocolName: "" });
  assertEquals(error(7), { errorCode: 16, protocolName: null });
});
