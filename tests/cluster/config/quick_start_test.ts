import { assertEquals } from "@std/assert";
import { BrokerConfig } from "../../../cluster/config/broker_config.ts";
import { quickStartProperties } from "../../../cluster/config/quick_start.ts";

Deno.test("who says nothing gets a node that is a whole cluster", () => {
  const config = BrokerConfig.parse(quickStartProperties());
  assertEquals(config.nodeId, 1);
  assertEquals(config.processRoles, ["broker", "controller"]);
  assertEquals(config.logDirs, ["./data"]);
  assertEquals(config.listeners, [{
    listenerName: "PLAINTEXT",
    host: "localhost",
    port: 9092,
    securityProtocol: "PLAINTEXT",
  }]);
  assertEquals(config.controllerListeners, []);
  assertEquals(config.int("offsets.topic.replication.factor"), 1);
  assertEquals(config.int("transaction.state.log.replication.factor"), 1);
  assertEquals(config.int("transaction.state.log.min.isr"), 1);
});

Deno.test("directory, port and host can be chosen", () => {
  const config = BrokerConfig.parse(quickStartProperties({ dir: "/d", port: 0, host: "::1" }));
  assertEquals(config.logDirs, ["/d"]);
  assertEquals([config.listeners[0]!.host, config.listeners[0]!.port], ["::1", 0]);
});
