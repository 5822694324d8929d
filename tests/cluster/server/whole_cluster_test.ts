import { assertEquals } from "@std/assert";
import { BrokerConfig } from "../../../cluster/config/broker_config.ts";
import { quickStartProperties } from "../../../cluster/config/quick_start.ts";
import { isWholeCluster } from "../../../cluster/server/whole_cluster.ts";

const controllerListener = {
  "listeners": "PLAINTEXT://localhost:0,CONTROLLER://localhost:0",
  "controller.listener.names": "CONTROLLER",
};

for (
  const [name, properties, expected] of [
    ["a node by itself", {}, true],
    ["its own only voter", {
      ...controllerListener,
      "controller.quorum.voters": "1@localhost:9093",
    }, true],
    ["its own bootstrap server", {
      ...controllerListener,
      "controller.quorum.bootstrap.servers": "localhost:9093",
    }, true],
    ["its own bootstrap server, by another name,", {
      ...controllerListener,
      "listeners": "PLAINTEXT://:9092,CONTROLLER://:9093",
      "controller.quorum.bootstrap.servers": "127.0.0.1:9093",
    }, true],
    ["one that another controller tells of the quorum", {
      ...controllerListener,
      "listeners": "PLAINTEXT://:9092,CONTROLLER://:9093",
      "controller.quorum.bootstrap.servers": "elsewhere:9093",
    }, false],
    ["one that a controller on the same host tells of the quorum", {
      ...controllerListener,
      "listeners": "PLAINTEXT://localhost:9092,CONTROLLER://localhost:9094",
      "controller.quorum.bootstrap.servers": "localhost:9093",
    }, false],
    ["one voter among others", {
      ...controllerListener,
      "controller.quorum.voters": "1@localhost:9093,2@localhost:9094",
    }, false],
    ["one of several that are told by address", {
      ...controllerListener,
      "controller.quorum.bootstrap.servers": "localhost:9093,localhost:9094",
    }, false],
    ["a broker alone", {
      "process.roles": "broker",
      "controller.listener.names": "CONTROLLER",
      "controller.quorum.voters": "2@localhost:9093",
    }, false],
    ["a controller alone", {
      "process.roles": "controller",
      "listeners": "CONTROLLER://localhost:0",
      "controller.listener.names": "CONTROLLER",
      "controller.quorum.voters": "1@localhost:9093",
    }, false],
  ] as const
) {
  Deno.test(`${name} ${expected ? "needs nobody else" : "is a part of a cluster"}`, () => {
    const config = BrokerConfig.parse({ ...quickStartProperties(), ...properties });
    assertEquals(isWholeCluster(config), expected);
  });
}
