import { assertEquals, assertRejects } from "@std/assert";
import { MemoryTransport } from "../../../client/network/memory_transport.ts";
import { NetworkError } from "../../../client/network/transport.ts";
import { describeCluster } from "../../../client/protocol/messages/describe_cluster.ts";
import { BrokerConfig } from "../../../cluster/config/broker_config.ts";
import { quickStartProperties } from "../../../cluster/config/quick_start.ts";
import { BrokerLoggers } from "../../../cluster/server/broker_loggers.ts";
import { ControllerServer } from "../../../cluster/server/controller_server.ts";
import { brokerEnv, startWithController, withController } from "../../support/broker.ts";

function controllerServer(transport: MemoryTransport): ControllerServer {
  const env = brokerEnv();
  const properties = { ...quickStartProperties({ dir: "/data" }), ...withController };
  return new ControllerServer({
    env,
    config: BrokerConfig.parse(properties),
    loggers: new BrokerLoggers(env.logger),
    transport,
    hook: undefined,
    onFatal: () => {},
  });
}

Deno.test("it tells the port that a listener of the controller got", async () => {
  const transport = new MemoryTransport();
  const server = controllerServer(transport);
  const [endpoint, ...more] = await server.bind();
  const { host, port } = server.socketServer.listeners[0]!;
  assertEquals([endpoint, more], [{ name: "CONTROLLER", host, port }, []]);
  assertEquals(port > 0, true);
  await server.socketServer.shutdown();
  await assertRejects(() => transport.connect({ host, port }), NetworkError);
});

Deno.test("controllers are told of by their own listeners", async () => {
  await using started = await startWithController();
  const { broker, controller } = started;
  const answer = await controller.call(describeCluster, 1, { endpointType: 2 });
  const { port } = broker.endpoints.find(({ listenerName }) => listenerName === "CONTROLLER")!;
  assertEquals([answer.endpointType, answer.brokers.map((node) => [node.brokerId, node.port])], [
    2,
    [[1, port]],
  ]);
});
