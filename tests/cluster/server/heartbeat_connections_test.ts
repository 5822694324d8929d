import { assertEquals } from "@std/assert";
import type { BrokerRun } from "../../../cluster/controller/broker_heartbeats.ts";
import { HeartbeatConnections } from "../../../cluster/server/heartbeat_connections.ts";

Deno.test("the end of a connection is the end of the broker that was heard over it last", () => {
  const ended: BrokerRun[] = [];
  const connections = new HeartbeatConnections((run) => ended.push(run));
  connections.heard("a", { brokerId: 1, brokerEpoch: 10 });
  connections.heard("a", { brokerId: 1, brokerEpoch: 11 });
  connections.heard("b", { brokerId: 2, brokerEpoch: 20 });
  connections.ended("client");
  connections.ended("a");
  connections.ended("a");
  assertEquals(ended, [{ brokerId: 1, brokerEpoch: 11 }]);
});
