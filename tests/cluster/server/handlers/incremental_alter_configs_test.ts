import { assertEquals } from "@std/assert";
import { errorCode } from "../../../../client/protocol/error_codes.ts";
import { incrementalAlterConfigs } from "../../../../client/protocol/messages/incremental_alter_configs.ts";
import { makeTopic, startBroker } from "../../../support/broker.ts";

// What the controller decides is in tests/cluster/controller/config_changes_test.ts.

const TOPIC = 2;
const BROKER = 4;

Deno.test("a change of a topic's config acts on its log, and one that only asks does not", async () => {
  await using started = await startBroker();
  const { client, broker } = started;
  await makeTopic(client, "t");
  const alter = async (value: string, validateOnly: boolean) => {
    const { responses } = await client.call(incrementalAlterConfigs, 1, {
      resources: [{
        resourceType: TOPIC,
        resourceName: "t",
        configs: [{ name: "retention.ms", configOperation: 0, value }],
      }],
      validateOnly,
    });
    return responses[0]!.errorCode;
  };
  const value = () => broker.metadata.configs.of(TOPIC, "t").get("retention.ms");
  assertEquals([await alter("5000", true), value()], [0, undefined]);
  assertEquals([await alter("5000", false), value()], [0, "5000"]);
  assertEquals([await alter("soon", false), value()], [errorCode("INVALID_CONFIG"), "5000"]);
});

Deno.test("a change of a broker's config shows in its configs, and is there after a restart", async () => {
  const first = await startBroker();
  const { env, broker } = first;
  const alter = (resourceName: string, value: string) =>
    first.client.call(incrementalAlterConfigs, 1, {
      resources: [{
        resourceType: BROKER,
        resourceName,
        configs: [{ name: "max.connections.per.ip", configOperation: 0, value }],
      }],
    });
  await alter("", "50");
  assertEquals(broker.config.int("max.connections.per.ip"), 50);
  await alter("1", "60");
  assertEquals(broker.config.int("max.connections.per.ip"), 60);
  await first[Symbol.asyncDispose]();
  await using second = await startBroker({}, { env });
  assertEquals(second.broker.config.int("max.connections.per.ip"), 60);
});

Deno.test("lists are appended to, resources of all kinds are answered, and each stands for itself", async () => {
  await using started = await startBroker();
  const { client, broker } = started;
  await makeTopic(client, "t");
  const change = (
    resourceType: number,
    resourceName: string,
    name: string,
    value: string | null,
    configOperation = 0,
  ) => ({
    resourceType,
    resourceName,
    configs: [{ name, configOperation, value }],
  });
  const { responses } = await client.call(incrementalAlterConfigs, 1, {
    resources: [
      change(TOPIC, "t", "cleanup.policy", "compact", 2),
      change(TOPIC, "none", "retention.ms", "1"),
      change(BROKER, "1", "broker.rack", "r1"),
      change(BROKER, "7", "log.cleaner.threads", "1"),
      change(16, "m", "interval.ms", "1000"),
      change(32, "g", "consumer.session.timeout.ms", "50000"),
      change(99, "x", "y", "z"),
      change(TOPIC, "t2", "retention.ms", null),
    ],
  });
  assertEquals(responses.map(({ errorCode: code, errorMessage }) => [code, errorMessage]), [
    [0, null],
    [errorCode("UNKNOWN_TOPIC_OR_PARTITION"), "The topic 'none' does not exist."],
    [errorCode("INVALID_REQUEST"), "Cannot update these configs dynamically: [broker.rack]"],
    [errorCode("INVALID_REQUEST"), "Unexpected broker id, expected 1, but received 7"],
    [0, null],
    [0, null],
    [errorCode("INVALID_REQUEST"), "Unknown resource type 99"],
    [errorCode("INVALID_REQUEST"), "Null value not supported for : retention.ms"],
  ]);
  const { configs } = broker.metadata;
  assertEquals(configs.of(TOPIC, "t").get("cleanup.policy"), "delete,compact");
  assertEquals([configs.of(16, "m").size, configs.of(32, "g").size], [1, 1]);
});
