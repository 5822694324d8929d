import { assertEquals, assertThrows } from "@std/assert";
import { brokerListeners } from "../../../cluster/config/broker_listeners.ts";
import { InvalidConfigError } from "../../../storage/errors.ts";
import { COMBINED, parse, type Texts } from "./broker_properties.ts";

const listenersOf = (more: Texts) => brokerListeners(parse({ ...COMBINED, ...more }).values);
const shown = (endpoints: ReturnType<typeof listenersOf>["all"]) =>
  endpoints.map(({ listenerName, host, port }) => `${listenerName}://${host}:${port}`);

Deno.test("the controller's listeners are apart from the others", () => {
  const listeners = listenersOf({});
  assertEquals(shown(listeners.broker), ["PLAINTEXT://localhost:9092"]);
  assertEquals(shown(listeners.controller), ["CONTROLLER://localhost:9093"]);
  assertEquals(shown(listeners.advertisedBroker), ["PLAINTEXT://localhost:9092"]);
  assertEquals(shown(listeners.advertisedController), ["CONTROLLER://localhost:9093"]);
  assertEquals(listeners.interBrokerListenerName, "PLAINTEXT");
});

Deno.test("advertised listeners take the place of the listeners", () => {
  const listeners = listenersOf({
    "advertised.listeners": "PLAINTEXT://example:19092,CONTROLLER://example:19093",
  });
  assertEquals(shown(listeners.advertisedBroker), ["PLAINTEXT://example:19092"]);
  assertEquals(shown(listeners.advertisedController), ["CONTROLLER://example:19093"]);
});

Deno.test("a controller that listens everywhere is where the voters have it", () => {
  const anywhere = { "listeners": "PLAINTEXT://localhost:9092,CONTROLLER://0.0.0.0:9093" };
  const voters = { ...anywhere, "controller.quorum.voters": "1@example:9094,2@other:9094" };
  assertEquals(shown(listenersOf(voters).advertisedController), ["CONTROLLER://example:9094"]);
  const servers = {
    ...anywhere,
    "controller.quorum.voters": "",
    "controller.quorum.bootstrap.servers": "example:9094",
  };
  assertEquals(shown(listenersOf(servers).advertisedController), ["CONTROLLER://:9093"]);
  assertThrows(
    () => listenersOf({ ...anywhere, "controller.quorum.voters": "1@0.0.0.0:9094" }),
    InvalidConfigError,
    "Host string (0.0.0.0) is not routeable",
  );
});

Deno.test("brokers speak with one another by a name, or by a protocol", () => {
  const named = {
    "listener.security.protocol.map": "INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "listeners": "INTERNAL://localhost:9092,CONTROLLER://localhost:9093",
    "inter.broker.listener.name": "internal",
  };
  assertEquals(listenersOf(named).interBrokerListenerName, "INTERNAL");
  assertThrows(
    () => listenersOf({ ...named, "security.inter.broker.protocol": "PLAINTEXT" }),
    InvalidConfigError,
    "Only one of inter.broker.listener.name and security.inter.broker.protocol should be set.",
  );
  assertThrows(
    () => listenersOf({ ...named, "inter.broker.listener.name": "other" }),
    InvalidConfigError,
    "Listener with name OTHER defined in inter.broker.listener.name not found in listener.security.protocol.map.",
  );
});
