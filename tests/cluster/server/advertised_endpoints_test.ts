import { assertEquals } from "@std/assert";
import { BrokerConfig } from "../../../cluster/config/broker_config.ts";
import { quickStartProperties } from "../../../cluster/config/quick_start.ts";
import {
  brokerEndpoints,
  controllerEndpoints,
} from "../../../cluster/server/advertised_endpoints.ts";

const bound = [
  { listenerName: "PLAINTEXT", host: "", port: 40_001, foundAt: "this.machine" },
  { listenerName: "INTERNAL", host: "127.0.0.1", port: 40_002, foundAt: "127.0.0.1" },
];

function config(properties: Record<string, string>): BrokerConfig {
  return BrokerConfig.parse({
    ...quickStartProperties(),
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT",
    ...properties,
  });
}

Deno.test("a listener on port 0 is advertised with the port that it got, and one on all addresses with the machine's name", () => {
  const listeners = "PLAINTEXT://:0,INTERNAL://127.0.0.1:0";
  assertEquals(brokerEndpoints(config({ listeners }), bound), [
    { name: "PLAINTEXT", host: "this.machine", port: 40_001 },
    { name: "INTERNAL", host: "127.0.0.1", port: 40_002 },
  ]);
});

Deno.test("what is advertised need not be where the listener is", () => {
  const advertised = config({
    listeners: "PLAINTEXT://:0,INTERNAL://127.0.0.1:0",
    "advertised.listeners": "PLAINTEXT://kafka.example:9092",
  });
  assertEquals(brokerEndpoints(advertised, bound), [
    { name: "PLAINTEXT", host: "kafka.example", port: 9092 },
  ]);
  const nowhere = config({
    listeners: "PLAINTEXT://:0,INTERNAL://127.0.0.1:0",
    "advertised.listeners": "PLAINTEXT://:9092",
  });
  assertEquals(brokerEndpoints(nowhere, bound), [
    { name: "PLAINTEXT", host: "this.machine", port: 9092 },
  ]);
});

Deno.test("the controller's listeners are told to controllers alone", () => {
  const both = config({
    listeners: "PLAINTEXT://:0,CONTROLLER://localhost:9093",
    "controller.listener.names": "CONTROLLER",
    "controller.quorum.voters": "1@localhost:9093",
  });
  assertEquals(brokerEndpoints(both, bound).map(({ name }) => name), ["PLAINTEXT"]);
  assertEquals(controllerEndpoints(both, bound), [
    { name: "CONTROLLER", host: "localhost", port: 9093 },
  ]);
});

Deno.test("a controller on port 0 is told with the port that it got", () => {
  const any = config({
    listeners: "PLAINTEXT://:0,CONTROLLER://localhost:0",
    "controller.listener.names": "CONTROLLER",
    "controller.quorum.bootstrap.servers": "localhost:9093",
  });
  const controller = {
    ...{ listenerName: "CONTROLLER", host: "localhost", port: 40_003 },
    foundAt: "localhost",
  };
  assertEquals(controllerEndpoints(any, [controller]), [
    { name: "CONTROLLER", host: "localhost", port: 40_003 },
  ]);
});

Deno.test("without advertised.listeners, what is advertised is what is open", () => {
  const moved = config({ listeners: "PLAINTEXT://other:1,INTERNAL://127.0.0.1:2" });
  assertEquals(brokerEndpoints(moved, [bound[0]!]), [
    { name: "PLAINTEXT", host: "this.machine", port: 40_001 },
  ]);
});

Deno.test("a controller on all addresses is told with the machine's name", () => {
  const any = config({
    listeners: "PLAINTEXT://:0,CONTROLLER://:9093",
    "controller.listener.names": "CONTROLLER",
    "controller.quorum.bootstrap.servers": "localhost:9093",
  });
  const controller = { listenerName: "CONTROLLER", host: "", port: 9093, foundAt: "this.machine" };
  assertEquals(controllerEndpoints(any, [controller]), [
    { name: "CONTROLLER", host: "this.machine", port: 9093 },
  ]);
});
