import { assertEquals } from "@std/assert";
import { CONFIG_RESOURCE_TYPE } from "../../../cluster/controller/configs_image.ts";
import { MetadataDelta } from "../../../cluster/controller/metadata_delta.ts";
import { MetadataImage } from "../../../cluster/controller/metadata_image.ts";
import { metadataRecord } from "../../../cluster/controller/metadata_records.ts";
import { idleConfigs } from "../../../cluster/server/idle_configs.ts";
import { makeTopic, startBroker } from "../../support/broker.ts";
import { CollectingLogger } from "../../support/manual_env.ts";

const { BROKER, CLIENT_METRICS, TOPIC } = CONFIG_RESOURCE_TYPE;

function following() {
  const image = new MetadataImage();
  const logger = new CollectingLogger();
  const follow = idleConfigs(logger);
  const set = (resourceType: number, resourceName: string, name: string, value: string | null) => {
    const delta = new MetadataDelta();
    image.replay(
      metadataRecord("ConfigRecord", 0, { resourceType, resourceName, name, value }),
      delta,
    );
    follow(delta, image);
  };
  const told = (): Record<string, unknown>[] =>
    logger.lines.splice(0).map(({ message, fields }) => ({ message, ...fields }));
  return { image, follow, set, told };
}

Deno.test("a topic's config that waits for something is told of when it is set to what is not the default", () => {
  const { set, told } = following();
  set(TOPIC, "t", "retention.ms", "1");
  set(TOPIC, "t", "remote.storage.enable", "false");
  assertEquals(told(), []);
  set(TOPIC, "t", "remote.storage.enable", "true");
  assertEquals(told(), [{
    message:
      "The configuration 'remote.storage.enable' has no effect yet: it waits for tiered storage.",
    of: ["t"],
  }]);
  set(TOPIC, "t", "remote.storage.enable", null);
  assertEquals(told(), []);
});

Deno.test("a subscription to metrics of clients is told of, a broker's config is not", () => {
  const { set, told } = following();
  set(CLIENT_METRICS, "all", "metrics", "*");
  assertEquals(told(), [{
    message: "A subscription to the metrics of clients has no effect here: nothing takes them.",
    of: ["all"],
  }]);
  set(BROKER, "", "log.local.retention.ms", "1");
  assertEquals(told(), []);
});

Deno.test("a start tells each config once, with some of the topics that have it", () => {
  const { image, set, follow, told } = following();
  for (let i = 0; i < 12; i++) set(TOPIC, `t${i}`, "local.retention.ms", "1");
  told();
  const everything = new MetadataDelta();
  everything.isWhole = true;
  follow(everything, image);
  assertEquals(told(), [{
    message:
      "The configuration 'local.retention.ms' has no effect yet: it waits for tiered storage.",
    of: Array.from({ length: 10 }, (_, i) => `t${i}`),
    more: 2,
  }]);
});

Deno.test("a broker tells of a topic that is made with such a config, and again when it starts", async () => {
  const message = "The configuration 'local.retention.ms' has no effect yet";
  const first = await startBroker();
  const { env } = first;
  await makeTopic(first.client, "t", 1, { "local.retention.ms": "1" });
  assertEquals(env.logger.matching(message, "warn").length, 1);
  await first[Symbol.asyncDispose]();
  await using _second = await startBroker({}, { env });
  assertEquals(env.logger.matching(message, "warn").length, 2);
});
