import { assertEquals } from "@std/assert";
import { leaderEndpoints, nodeEndpoints } from "../../../cluster/raft/quorum_endpoints.ts";

const info = { error: "NONE", epoch: 3 } as const;
const endpoint = { name: "CONTROLLER", host: "a", port: 1 };

Deno.test("an answer tells where the leader listens, when both are known", () => {
  const known = { ...info, leaderId: 1, leaderEndpoints: [endpoint] };
  const told = nodeEndpoints(known, "CONTROLLER");
  assertEquals(told, [{ nodeId: 1, host: "a", port: 1 }]);
  assertEquals(leaderEndpoints(1, told, "CONTROLLER"), [endpoint]);
  assertEquals(leaderEndpoints(2, told, "CONTROLLER"), []);
  assertEquals(nodeEndpoints({ ...known, leaderEndpoints: [] }, "CONTROLLER"), []);
  assertEquals(nodeEndpoints({ ...known, leaderId: undefined }, "CONTROLLER"), []);
});
