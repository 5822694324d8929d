import { assertEquals, assertThrows } from "@std/assert";
import { ClassicGroupMember } from "../../../../cluster/coordinator/group/classic_group_member.ts";
import {
  selectProtocol,
  SupportedProtocols,
} from "../../../../cluster/coordinator/group/supported_protocols.ts";
import { bytes } from "../../../support/group_harness.ts";

function member(...names: readonly string[]): ClassicGroupMember {
  return new ClassicGroupMember({
    memberId: names.join(),
    groupInstanceId: null,
    clientId: "c",
    clientHost: "/h",
    rebalanceTimeoutMs: 1,
    sessionTimeoutMs: 1,
    protocolType: "consumer",
    protocols: names.map((name) => ({ name, metadata: bytes("") })),
  });
}

function select(...members: readonly ClassicGroupMember[]): string {
  const supported = new SupportedProtocols();
  for (const one of members) supported.add(one);
  return selectProtocol(members, members.length, supported);
}

Deno.test("the only protocol that all support is chosen", () => {
  assertEquals(select(member("range", "roundrobin"), member("roundrobin", "sticky")), "roundrobin");
});

Deno.test("among those that all support, the one that most like best is chosen", () => {
  const [a, b] = [["range", "roundrobin"], ["roundrobin", "range"]];
  assertEquals(select(member(...a!), member(...b!), member(...b!)), "roundrobin");
  assertEquals(select(member(...a!), member(...b!), member(...a!)), "range");
});

Deno.test("there is no protocol without members, or without one that all support", () => {
  assertThrows(() => select(), RangeError);
  assertThrows(() => select(member("range"), member("sticky")), RangeError);
});

Deno.test("members that go do not count any more", () => {
  const supported = new SupportedProtocols();
  const [a, b] = [member("range"), member("range", "sticky")];
  supported.add(a);
  supported.add(b);
  assertEquals([supported.count("range"), supported.count("sticky")], [2, 1]);
  supported.remove(b);
  assertEquals([supported.count("range"), supported.count("sticky")], [1, 0]);
});

Deno.test("a protocol that a member names twice counts once", () => {
  assertEquals(select(member("range", "range"), member("range")), "range");
});
