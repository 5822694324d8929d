import { assertEquals, assertRejects } from "@std/assert";
import { BrokerLink } from "../../../client/network/broker_link.ts";
import { MemoryTransport } from "../../../client/network/memory_transport.ts";
import { NetworkError } from "../../../client/network/transport.ts";
import { describeCluster } from "../../../client/protocol/messages/describe_cluster.ts";
import { PeerLinks } from "../../../cluster/server/peer_links.ts";
import { TestBroker } from "../../../cluster/testing/test_broker.ts";

Deno.test("each broker has one link, made when it is asked first; when they are closed nobody is asked", async () => {
  const transport = new MemoryTransport();
  await using broker = await TestBroker.start({ transport, port: 9092 });
  const made: number[] = [];
  const links = new PeerLinks((brokerId) => {
    made.push(brokerId);
    return new BrokerLink({
      transport,
      clock: { now: () => 0, monotonic: () => 0, sleep: () => new Promise(() => {}) },
      address: () => brokerId === 1 ? broker.broker.address : undefined,
      clientId: "links",
      requestTimeoutMs: () => 1000,
      setupTimeoutMs: () => 1000,
    });
  });
  const ask = (brokerId: number) => links.send(brokerId, describeCluster, {});
  assertEquals(made, []);
  assertEquals((await ask(1)).errorCode, 0);
  assertEquals((await ask(1)).errorCode, 0);
  await assertRejects(() => ask(2), NetworkError, "nobody knows where the broker is");
  assertEquals(made, [1, 2]);
  links.close();
  await assertRejects(() => ask(1), NetworkError, "closed");
  await assertRejects(() => ask(3), NetworkError, "closed");
});
