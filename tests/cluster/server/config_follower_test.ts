import { assertEquals } from "@std/assert";
import { BrokerConfig } from "../../../cluster/config/broker_config.ts";
import { ConfigStore } from "../../../cluster/config/config_store.ts";
import { quickStartProperties } from "../../../cluster/config/quick_start.ts";
import { CONFIG_RESOURCE_TYPE } from "../../../cluster/controller/configs_image.ts";
import { MetadataDelta } from "../../../cluster/controller/metadata_delta.ts";
import { MetadataImage } from "../../../cluster/controller/metadata_image.ts";
import { metadataRecord } from "../../../cluster/controller/metadata_records.ts";
import { configFollower } from "../../../cluster/server/config_follower.ts";
import { CollectingLogger } from "../../support/manual_env.ts";

const { BROKER, TOPIC } = CONFIG_RESOURCE_TYPE;

function following(reconfigure: () => Promise<void> = () => Promise.resolve()) {
  const config = BrokerConfig.parse(quickStartProperties());
  const image = new MetadataImage();
  const logger = new CollectingLogger();
  const reconfigured: (string | undefined)[] = [];
  const store = new ConfigStore({ config, repository: () => image.configs });
  const applied = { count: 0 };
  const follow = configFollower({
    logger,
    config,
    configStore: {
      applyBrokerDynamic: () => {
        applied.count++;
        return store.applyBrokerDynamic();
      },
    },
    logManager: {
      reconfigure: (properties) => {
        reconfigured.push(properties["log.retention.ms"]);
        return reconfigure();
      },
    },
  });
  const set = (resourceType: number, resourceName: string, name: string, value: string) => {
    const delta = new MetadataDelta();
    image.replay(
      metadataRecord("ConfigRecord", 0, { resourceType, resourceName, name, value }),
      delta,
    );
    follow(delta, image);
  };
  return { config, image, logger, reconfigured, applied, follow, set };
}

Deno.test("a config of this broker or of all takes effect, and in the logs when it is one of theirs", () => {
  const { config, reconfigured, set } = following();
  set(BROKER, "", "max.connections", "7");
  assertEquals(config.int("max.connections"), 7);
  assertEquals(reconfigured, []);
  set(BROKER, `${config.nodeId}`, "log.retention.ms", "1234");
  assertEquals(reconfigured, ["1234"]);
});

Deno.test("configs of topics and of other brokers change nothing", () => {
  const { config, reconfigured, applied, set } = following();
  set(TOPIC, "events", "retention.ms", "1");
  assertEquals(applied.count, 0);
  set(BROKER, "99", "max.connections", "7");
  assertEquals(config.isSet("max.connections") && config.int("max.connections"), 2147483647);
  assertEquals(reconfigured, []);
});

Deno.test("all that was set before is there when everything is told anew", () => {
  const { config, image, follow } = following();
  image.replay(metadataRecord("ConfigRecord", 0, {
    resourceType: BROKER,
    resourceName: "",
    name: "max.connections",
    value: "9",
  }));
  const everything = new MetadataDelta();
  everything.isWhole = true;
  follow(everything, image);
  assertEquals(config.int("max.connections"), 9);
});

Deno.test("logs that cannot be reconfigured are told of", async () => {
  const { logger, set } = following(() => Promise.reject(new Error("no")));
  set(BROKER, "", "log.retention.ms", "1");
  await Promise.resolve();
  await Promise.resolve();
  assertEquals(logger.matching("Failed to take over the configs of logs").length, 1);
});
