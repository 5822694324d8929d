import { assertEquals, assertRejects } from "@std/assert";
import { MemoryTransport } from "../../../client/network/memory_transport.ts";
import { NetworkError } from "../../../client/network/transport.ts";
import { RaftChannel } from "../../../cluster/raft/raft_channel.ts";
import type { RaftRequest } from "../../../cluster/raft/raft_message.ts";
import type { Clock } from "../../../storage/env.ts";
import { startWithController } from "../../support/broker.ts";
import { manualEnv } from "../../support/manual_env.ts";

const CLUSTER_ID = "AnotherClusterIdxxxxxA";

function channel(transport: MemoryTransport, clock: Clock) {
  return new RaftChannel({
    transport,
    clock,
    nodeId: 2,
    identity: { clusterId: CLUSTER_ID, listenerName: "CONTROLLER" },
    requestTimeoutMs: 1000,
  });
}

const asked: RaftRequest = {
  type: "vote",
  voter: undefined,
  candidate: { id: 2, directoryId: undefined },
  epoch: 1,
  logEnd: { offset: 0, epoch: 0 },
  preVote: true,
};

Deno.test("a replica is asked over its listener, and asked again after its connection broke", async () => {
  await using started = await startWithController();
  const { broker, transport, env } = started;
  const { host, port } = broker.endpoints.find((each) => each.listenerName === "CONTROLLER")!;
  const network = channel(transport, env.clock);
  const refused = { type: "failure", error: "INCONSISTENT_CLUSTER_ID" } as const;
  assertEquals(await network.send({ id: 1, host, port }, asked), refused);
  await assertRejects(async () => {
    const waiting = network.send({ id: 1, host, port }, asked);
    transport.breakConnections();
    await waiting;
  }, NetworkError);
  assertEquals(await network.send({ id: 1, host, port }, asked), refused);
  network.close();
});

Deno.test("a machine that refuses to connect says that the node is not there", async () => {
  const { clock } = manualEnv();
  const network = channel(new MemoryTransport(), clock);
  assertEquals(await network.send({ id: 1, host: "localhost", port: 9093 }, asked), {
    type: "failure",
    error: "BROKER_NOT_AVAILABLE",
  });
  network.close();
});

Deno.test("what is under way ends with the channel", async () => {
  await using started = await startWithController();
  const { broker, transport, env } = started;
  const { host, port } = broker.endpoints.find((each) => each.listenerName === "CONTROLLER")!;
  const network = channel(transport, env.clock);
  const waiting = network.send({ id: 1, host, port }, asked);
  network.close();
  await assertRejects(() => waiting);
});
