import { assertEquals, assertThrows } from "@std/assert";
import { GROUP_CONFIGS, validateGroupConfigs } from "../../../cluster/config/group_configs.ts";
import { InvalidConfigError } from "../../../storage/errors.ts";
import { onlyNode, type Texts, texts } from "./broker_properties.ts";

const { values } = onlyNode();
const validate = (configs: Texts) => validateGroupConfigs(texts(configs), values);
const refused = (configs: Texts, message: string) => {
  const { message: told } = assertThrows(() => validate(configs), InvalidConfigError);
  assertEquals(told, message);
};

Deno.test("settings within the broker's bounds are taken", () => {
  validate({
    "consumer.session.timeout.ms": "50000",
    "share.auto.offset.reset": "by_duration:P1DT2H3M4.5S",
    "share.isolation.level": "read_committed",
    "streams.num.standby.replicas": "2",
  });
  assertEquals(GROUP_CONFIGS.size, 17);
});

Deno.test("settings out of the broker's bounds are refused in Kafka's words", () => {
  refused({ "no.such": "1" }, "Unknown group config name: no.such");
  refused(
    { "consumer.heartbeat.interval.ms": "4999" },
    "consumer.heartbeat.interval.ms must be greater than or equal to group.consumer.min.heartbeat.interval.ms",
  );
  refused(
    { "share.delivery.count.limit": "11" },
    "share.delivery.count.limit must be less than or equal to group.share.max.delivery.count.limit",
  );
  refused(
    { "streams.num.standby.replicas": "3" },
    "streams.num.standby.replicas must be less than or equal to group.streams.max.standby.replicas",
  );
  refused(
    { "share.record.lock.duration.ms": "999" },
    "Invalid value 999 for configuration share.record.lock.duration.ms: Value must be at least 1000",
  );
});

Deno.test("a session outlasts a heartbeat", () => {
  const wide = onlyNode({ "group.consumer.max.heartbeat.interval.ms": "50000" }).values;
  assertThrows(
    () => validateGroupConfigs(texts({ "consumer.heartbeat.interval.ms": "45000" }), wide),
    InvalidConfigError,
    "consumer.session.timeout.ms must be greater than consumer.heartbeat.interval.ms",
  );
});

Deno.test("a share group begins at a place that there is", () => {
  for (const text of ["none", "by_duration", "by_duration:P", "by_duration:PT-5S"]) {
    refused(
      { "share.auto.offset.reset": text },
      `Invalid value ${text} for configuration share.auto.offset.reset: Invalid value \`${text}\` for configuration ` +
        "share.auto.offset.reset. The value must be either 'earliest', 'latest' or of the format " +
        "'by_duration:<PnDTnHnMn.nS>'.",
    );
  }
});
