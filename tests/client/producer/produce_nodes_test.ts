import { assertEquals } from "@std/assert";
import { ProduceNodes } from "../../../client/producer/produce_nodes.ts";
import type { BrokerConnection } from "../../../client/network/broker_connection.ts";
import { brokerInMemory } from "../../support/kafka_client.ts";
import { manualEnv } from "../../support/manual_env.ts";

Deno.test("a broker is connected to when there is something for it, and takes so many requests at once", async () => {
  await using memory = await brokerInMemory();
  await using client = memory.client();
  await client.updater.awaitUpdate(0);
  const [id] = [...client.metadata.nodes.keys()];
  const changed = Promise.withResolvers<BrokerConnection | undefined>();
  const { clock } = manualEnv();
  const nodes = new ProduceNodes({
    client,
    clock,
    maxInFlight: 2,
    availabilityTimeoutMs: 100,
    changed: changed.resolve,
  });
  assertEquals(nodes.ready(id!, 0), undefined);
  assertEquals(nodes.ready(id!, 0), undefined);
  const connection = await changed.promise;
  assertEquals(nodes.ready(id!, 0), connection);
  nodes.sent(id!);
  nodes.sent(id!);
  assertEquals([nodes.ready(id!, 1), nodes.inFlight], [undefined, 2]);
  nodes.answered(id!);
  assertEquals(nodes.ready(id!, 1), connection);

  nodes.pause(id!, 50);
  assertEquals([nodes.ready(id!, 49), nodes.pauseEndMs(id!, 49)], [undefined, 50]);
  assertEquals([nodes.ready(id!, 50), nodes.pauseEndMs(id!, 50)], [connection, Infinity]);

  nodes.pause(id!, 1000);
  assertEquals([nodes.ready(id!, 150), nodes.isSlow(id!)], [undefined, false]);
  assertEquals([nodes.ready(id!, 151), nodes.isSlow(id!)], [undefined, true]);
  assertEquals([nodes.ready(id!, 1000), nodes.isSlow(id!)], [connection, false]);
});

Deno.test("a broker that cannot be reached is told of", async () => {
  await using memory = await brokerInMemory();
  await using client = memory.client();
  const failed = Promise.withResolvers<BrokerConnection | undefined>();
  const nodes = new ProduceNodes({
    client,
    clock: manualEnv().clock,
    maxInFlight: 5,
    availabilityTimeoutMs: 0,
    changed: failed.resolve,
  });
  assertEquals(nodes.ready(77, 0), undefined);
  assertEquals([await failed.promise, nodes.isSlow(77), nodes.isSlow(78)], [
    undefined,
    false,
    false,
  ]);
});
