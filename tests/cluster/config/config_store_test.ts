import { assertEquals, assertThrows } from "@std/assert";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import { ConfigStore } from "../../../cluster/config/config_store.ts";
import { ALTER_CONFIG_OP } from "../../../cluster/controller/config_changes.ts";
import { CONFIG_RESOURCE_TYPE, ConfigsImage } from "../../../cluster/controller/configs_image.ts";
import { onlyNode } from "./broker_properties.ts";

const { BROKER, CLIENT_METRICS, GROUP, TOPIC } = CONFIG_RESOURCE_TYPE;

function store() {
  const image = new ConfigsImage();
  const set = (resourceType: number, resourceName: string, name: string, value: string | null) =>
    image.replay({ resourceType, resourceName, name, value });
  const config = onlyNode();
  return { config, set, store: new ConfigStore({ config, repository: () => image }) };
}

Deno.test("what was set in the cluster is described", () => {
  const { set, store: configs } = store();
  set(TOPIC, "t", "retention.ms", "5");
  set(GROUP, "g", "consumer.session.timeout.ms", "50000");
  set(CLIENT_METRICS, "s", "interval.ms", "1000");
  const valueOf = (described: readonly { name: string; value: string | null }[], name: string) =>
    described.find((each) => each.name === name)?.value;
  assertEquals(valueOf(configs.topic("t"), "retention.ms"), "5");
  assertEquals(valueOf(configs.topic("other"), "retention.ms"), "604800000");
  assertEquals(valueOf(configs.group("g"), "consumer.session.timeout.ms"), "50000");
  assertEquals(valueOf(configs.clientMetrics("s"), "interval.ms"), "1000");
  assertEquals(configs.topicConfig("t"), { "retention.ms": "5" });
});

Deno.test("a broker takes what was set for it and for all", () => {
  const { config, set, store: configs } = store();
  set(BROKER, "", "max.connections", "5");
  set(BROKER, "1", "num.io.threads", "16");
  const problems = configs.applyBrokerDynamic();
  assertEquals(config.int("max.connections"), 5);
  assertEquals(configs.clusterDefault().map(({ name, value }) => [name, value]), [
    ["max.connections", "5"],
  ]);
  const own = configs.broker().filter(({ configSource }) => configSource === 2);
  assertEquals(own.map(({ name, value }) => [name, value]), [["num.io.threads", "16"]]);
  assertEquals(problems, [
    "The configuration 'num.io.threads' has no effect here: one event loop handles all requests.",
  ]);
});

Deno.test("an alteration is checked with what is set, a replacement without", () => {
  const { set, store: configs } = store();
  set(BROKER, "", "max.connections.per.ip.overrides", "a:1");
  const change = {
    resource: { type: BROKER, name: "" },
    ops: [{ name: "max.connections.per.ip", operation: ALTER_CONFIG_OP.SET, value: "0" }],
  };
  configs.validateAlteration(change, true);
  assertThrows(
    () => configs.validateAlteration(change, false),
    KafkaError,
    "can be set to zero only if",
  );
});
