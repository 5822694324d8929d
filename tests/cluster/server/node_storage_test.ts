import { assert, assertEquals, assertRejects } from "@std/assert";
import { MemoryTransport } from "../../../client/network/memory_transport.ts";
import { describeQuorum } from "../../../client/protocol/messages/describe_quorum.ts";
import { BrokerConfig } from "../../../cluster/config/broker_config.ts";
import { quickStartProperties } from "../../../cluster/config/quick_start.ts";
import { BrokerLoggers } from "../../../cluster/server/broker_loggers.ts";
import { openStorage } from "../../../cluster/server/node_storage.ts";
import { LogUnavailableError } from "../../../storage/errors.ts";
import { brokerEnv, startBroker, withController } from "../../support/broker.ts";

function storage(env = brokerEnv()) {
  const closes: (() => Promise<void>)[] = [];
  const fatal: string[] = [];
  const open = (properties: Readonly<Record<string, string>> = {}) =>
    openStorage({
      env,
      config: BrokerConfig.parse({ ...quickStartProperties({ dir: "/data" }), ...properties }),
      loggers: new BrokerLoggers(env.logger),
      controllerEndPoints: [],
      onFatal: ({ message }) => fatal.push(message),
      transport: new MemoryTransport(),
      onOpened: (close) => closes.unshift(close),
    });
  return {
    env,
    fatal,
    open,
    close: async () => {
      for (const close of closes.splice(0)) await close();
    },
  };
}

Deno.test("an empty directory becomes that of a new cluster, and is known again", async () => {
  const { env, open, close } = storage();
  const first = await open();
  assert(first.controller.isActive);
  assertEquals(first.logs?.previousBrokerEpoch, undefined);
  await first.logs?.logManager.shutdown(77);
  await close();
  const second = await open();
  assertEquals([second.clusterId, second.logs?.previousBrokerEpoch], [first.clusterId, 77]);
  await close();
  // A start that goes no further leaves the mark as it was.
  assertEquals((await open()).logs?.previousBrokerEpoch, 77);
  await close();
  assertEquals(env.logger.matching("Formatting").length, 1);
});

Deno.test("what was opened before a failure can be closed", async () => {
  const { open, close } = storage();
  await open();
  await close();
  await assertRejects(() => open({ "node.id": "2" }), LogUnavailableError);
  await close();
  await open();
  await close();
});

Deno.test("a controller on port 0 is a voter at the port that it got", async () => {
  await using started = await startBroker(withController);
  const { broker, client } = started;
  const { nodes } = await client.call(describeQuorum, 2, {
    topics: [{ topicName: "__cluster_metadata", partitions: [{ partitionIndex: 0 }] }],
  });
  const { port } = broker.endpoints.find(({ listenerName }) => listenerName === "CONTROLLER")!;
  assertEquals(nodes.map(({ listeners }) => listeners.map(({ port }) => port)), [[port]]);
});
