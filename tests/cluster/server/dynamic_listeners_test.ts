import { assert, assertEquals } from "@std/assert";
import { errorName } from "../../../client/protocol/error_codes.ts";
import { describeCluster } from "../../../client/protocol/messages/describe_cluster.ts";
import { incrementalAlterConfigs } from "../../../client/protocol/messages/incremental_alter_configs.ts";
import { DynamicListeners } from "../../../cluster/server/dynamic_listeners.ts";
import type { BoundListener } from "../../../cluster/server/socket_server.ts";
import { type BrokerAndClient, startBroker } from "../../support/broker.ts";
import { CollectingLogger } from "../../support/manual_env.ts";
import { TestClient } from "../../support/test_client.ts";

const map = "PLAINTEXT:PLAINTEXT,EXTERNAL:PLAINTEXT,SECURE:SSL,CONTROLLER:PLAINTEXT";

/** Sets `listeners` of the broker. Returns the error and its text. */
async function setListeners(client: TestClient, value: string): Promise<[string, string | null]> {
  const { responses: [answer] } = await client.call(incrementalAlterConfigs, 1, {
    resources: [{
      resourceType: 4,
      resourceName: "1",
      configs: [{ name: "listeners", configOperation: 0, value }],
    }],
  });
  return [errorName(answer!.errorCode), answer!.errorMessage];
}

/** Waits until the broker has as many listeners. */
async function until({ broker, client }: BrokerAndClient, count: number): Promise<void> {
  while (broker.endpoints.length !== count) await client.call(describeCluster, 2, {});
}

const namesOf = (broker: BrokerAndClient["broker"]) =>
  broker.endpoints.map(({ listenerName }) => listenerName);

Deno.test("a listener that is added serves clients, who are told its address, and is there after a restart", async () => {
  const properties = { "listener.security.protocol.map": map };
  const first = await startBroker(properties);
  const { broker, client, transport, env } = first;
  const { brokerEpoch, incarnationId } = broker.metadata.cluster.brokers.get(1)!;
  const both = "PLAINTEXT://localhost:0,EXTERNAL://localhost:0";
  assertEquals(await setListeners(client, both), ["NONE", null]);
  await until(first, 2);
  const external = broker.endpoints.find(({ listenerName }) => listenerName === "EXTERNAL")!;
  using other = await TestClient.connect(transport, external);
  const ask = async () => (await other.call(describeCluster, 2, {})).brokers;
  while ((await ask()).length === 0);
  assertEquals((await ask()).map(({ host, port }) => [host, port]), [["localhost", external.port]]);
  // It is the same run, registered anew.
  const registered = broker.metadata.cluster.brokers.get(1)!;
  assertEquals([registered.brokerEpoch, registered.incarnationId, registered.fenced], [
    brokerEpoch,
    incarnationId,
    false,
  ]);
  assertEquals(registered.cordonedLogDirs, []);
  await first[Symbol.asyncDispose]();
  await using second = await startBroker(properties, { env });
  assertEquals(namesOf(second.broker), ["PLAINTEXT", "EXTERNAL"]);
  assertEquals(
    second.broker.metadata.cluster.brokers.get(1)!.endPoints.map(({ name }) => name),
    ["PLAINTEXT", "EXTERNAL"],
  );
});

Deno.test("a listener that is removed ends its connections; with advertised.listeners nobody is told anew", async () => {
  await using started = await startBroker({
    "listener.security.protocol.map": map,
    "listeners": "PLAINTEXT://localhost:0,EXTERNAL://localhost:0",
    "advertised.listeners": "PLAINTEXT://localhost:0",
  });
  const { broker, client, transport } = started;
  const before = broker.metadata.cluster.brokers.get(1)!;
  using other = await TestClient.connect(transport, broker.endpoints[1]!);
  await other.call(describeCluster, 2, {});
  assertEquals(await setListeners(client, "PLAINTEXT://localhost:0"), ["NONE", null]);
  await until(started, 1);
  assertEquals(await other.receive(), undefined);
  assert(broker.metadata.cluster.brokers.get(1) === before);
});

Deno.test("what Kafka refuses is refused in its words", async () => {
  await using started = await startBroker({ "listener.security.protocol.map": map });
  const { client, broker } = started;
  const prefix = "Invalid value org.apache.kafka.common.config.ConfigException: ";
  assertEquals(await setListeners(client, "EXTERNAL://localhost:0"), [
    "INVALID_REQUEST",
    "requirement failed: inter.broker.listener.name must be a listener name defined in " +
    "advertised.listeners. The valid options based on currently configured listeners are EXTERNAL",
  ]);
  assertEquals(await setListeners(client, "PLAINTEXT://localhost:0,OTHER://localhost:0"), [
    "INVALID_REQUEST",
    "Error creating broker listeners from '[PLAINTEXT://localhost:0, OTHER://localhost:0]': " +
    "No security protocol defined for listener OTHER",
  ]);
  const [code, text] = await setListeners(client, "PLAINTEXT://localhost:0,SECURE://localhost:0");
  assertEquals(code, "INVALID_REQUEST");
  assert(text!.includes("listener SECURE can only be PLAINTEXT"), text!);
  assertEquals(
    await setListeners(client, "PLAINTEXT://localhost:0,EXTERNAL://localhost:0"),
    ["NONE", null],
  );
  await until(started, 2);
  // As nothing else is advertised, all that is open is.
  assertEquals(await setListeners(client, "PLAINTEXT://localhost:0"), [
    "INVALID_REQUEST",
    `${prefix}Advertised listeners 'Set(ListenerName(PLAINTEXT), ListenerName(EXTERNAL))' must be ` +
    "a subset of listeners 'Set(ListenerName(PLAINTEXT))' for configuration Invalid dynamic configuration",
  ]);
  assertEquals(namesOf(broker), ["PLAINTEXT", "EXTERNAL"]);
});

/** Listeners of a broker whose config changes by hand, on a network that refuses port 1. */
function byHand(closed: Promise<void> = Promise.resolve()) {
  const logger = new CollectingLogger();
  let change = () => {};
  let bound: BoundListener[] = [];
  let told = 0;
  const endpoint = (listenerName: string, port: number) => ({
    listenerName,
    host: "a",
    port,
    securityProtocol: "PLAINTEXT" as const,
  });
  const config = {
    listeners: [endpoint("A", 5)],
    get advertisedListeners() {
      return this.listeners;
    },
    isSet: () => false,
    subscribe: (_names: readonly string[], listener: () => void) => {
      change = listener;
      return () => change = () => {};
    },
  };
  const listeners = new DynamicListeners({
    config,
    socketServer: {
      get listeners() {
        return bound;
      },
      bind: (added) => {
        if (added.some(({ port }) => port === 1)) return Promise.reject(new Error("in use"));
        bound = [...bound, ...added.map((each) => ({ ...each, foundAt: each.host }))];
        return Promise.resolve();
      },
      unbind: (name) => {
        bound = bound.filter(({ listenerName }) => listenerName !== name);
        return closed;
      },
    },
    endpointsChanged: () => {
      told++;
      return told === 2 ? Promise.reject(new Error("not now")) : Promise.resolve();
    },
    logger,
  });
  return {
    logger,
    listeners,
    told: () => told,
    ports: () => bound.map(({ listenerName, port }) => `${listenerName}:${port}`),
    set: async (...wanted: readonly (readonly [string, number])[]) => {
      config.listeners = wanted.map(([name, port]) => endpoint(name, port));
      change();
      for (let i = 0; i < 20; i++) await Promise.resolve();
    },
  };
}

Deno.test("a listener with another address moves with the next start, which a line says", async () => {
  const { listeners, set, ports, logger, told } = byHand();
  await listeners.bind();
  listeners.follow();
  await set(["A", 6]);
  assertEquals([ports(), told()], [["A:5"], 0]);
  assertEquals(
    logger.matching("A listener gets its new address with the next start").map(({ fields }) =>
      fields
    ),
    [{ listener: "A", host: "a", port: 6 }],
  );
  await listeners.shutdown();
});

Deno.test("one that cannot be added keeps neither the others nor its next try from coming", async () => {
  const { listeners, set, ports, logger, told } = byHand();
  await listeners.bind();
  listeners.follow();
  await set(["A", 5], ["B", 1], ["C", 7]);
  assertEquals(ports(), ["A:5", "C:7"]);
  assertEquals([logger.matching("Failed to add a listener").length, told()], [1, 1]);
  await set(["A", 5], ["B", 8], ["C", 7]);
  assertEquals(ports(), ["A:5", "C:7", "B:8"]);
  assertEquals(logger.matching("Failed to tell the controller of the listeners").length, 1);
  await listeners.shutdown();
  await set(["A", 5]);
  assertEquals(ports().length, 3);
});

Deno.test("the next change waits until the connections of a listener that is closed have ended", async () => {
  const closed = Promise.withResolvers<void>();
  const { listeners, set, ports } = byHand(closed.promise);
  await listeners.bind();
  listeners.follow();
  await set(["B", 6]);
  assertEquals(ports(), ["B:6"]);
  await set(["B", 6], ["A", 5]);
  assertEquals(ports(), ["B:6"]);
  closed.resolve();
  await listeners.shutdown();
  assertEquals(ports(), ["B:6", "A:5"]);
});
