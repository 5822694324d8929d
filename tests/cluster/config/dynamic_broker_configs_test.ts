import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  brokerConfigSynonyms,
  isDynamic,
  isPerBroker,
  isReadOnly,
  isSecurityConfig,
  listenerConfigBase,
  overrideProperties,
  validateDynamicConfigs,
  validateDynamicValue,
} from "../../../cluster/config/dynamic_broker_configs.ts";
import { InvalidConfigError } from "../../../storage/errors.ts";

const configs = (entries: Readonly<Record<string, string>>) => new Map(Object.entries(entries));

Deno.test("configs of one setting are synonyms, the strongest first", () => {
  const retention = ["log.retention.ms", "log.retention.minutes", "log.retention.hours"];
  assertEquals(brokerConfigSynonyms("log.retention.hours", false), retention);
  assertEquals(brokerConfigSynonyms("log.flush.interval.ms", false), [
    "log.flush.interval.ms",
    "log.flush.scheduler.interval.ms",
  ]);
  assertEquals(brokerConfigSynonyms("log.flush.scheduler.interval.ms", false), [
    "log.flush.scheduler.interval.ms",
  ]);
});

Deno.test("a listener's config goes by that of all listeners, a mechanism's too", () => {
  const own = "listener.name.internal.max.connections";
  assertEquals(brokerConfigSynonyms(own, true), [own, "max.connections"]);
  assertEquals(brokerConfigSynonyms(own, false), [own]);
  assertEquals(
    listenerConfigBase("listener.name.internal.plain.sasl.jaas.config"),
    "sasl.jaas.config",
  );
  assertEquals(listenerConfigBase("max.connections"), undefined);
});

Deno.test("a config is read-only, or dynamic, or unknown", () => {
  assert(isReadOnly("broker.rack") && !isDynamic("broker.rack"));
  assert(!isReadOnly("num.io.threads") && isDynamic("num.io.threads"));
  assert(!isReadOnly("no.such.config") && !isDynamic("no.such.config"));
  assert(isSecurityConfig("ssl.keystore.location") && !isSecurityConfig("ssl.protocol"));
  assert(isPerBroker("listeners") && !isPerBroker("log.retention.ms"));
  assert(isPerBroker("listener.name.a.ssl.protocol"));
  assert(!isPerBroker("listener.name.a.max.connections"));
});

Deno.test("what cannot be set is refused in Kafka's words", () => {
  const refused = (
    entries: Readonly<Record<string, string>>,
    perBroker: boolean,
    message: string,
  ) =>
    assertThrows(
      () => validateDynamicConfigs(configs(entries), perBroker),
      InvalidConfigError,
      message,
    );
  refused(
    { "broker.rack": "r1" },
    true,
    "Cannot update these configs dynamically: [broker.rack]",
  );
  refused(
    { "ssl.key.password": "x" },
    true,
    "These security configs can be dynamically updated only per-listener using the listener prefix: " +
      "[ssl.key.password]",
  );
  refused(
    { "listeners": "PLAINTEXT://:1" },
    false,
    "Cannot update these configs at default cluster level, broker id must be specified: [listeners]",
  );
  refused(
    { "log.cleaner.threads": "many" },
    true,
    "Invalid value many for configuration log.cleaner.threads: Not a number of type INT",
  );
  refused(
    { "listener.name.a.max.connections": "many" },
    true,
    "Invalid value many for configuration max.connections: Not a number of type INT",
  );
});

Deno.test("unknown configs may be set", () => {
  validateDynamicConfigs(configs({ "no.such.config": "1" }), true);
  validateDynamicValue("no.such.config", "1");
});

Deno.test("a dynamic config takes the place of all its synonyms", () => {
  const properties = configs({ "log.retention.ms": "5", "num.partitions": "2" });
  overrideProperties(properties, configs({ "log.retention.hours": "1" }));
  assertEquals(properties, configs({ "num.partitions": "2", "log.retention.hours": "1" }));
});

Deno.test("the scheduler's interval stays when the time is set that it is the default of", () => {
  const properties = configs({
    "log.flush.scheduler.interval.ms": "1000",
    "log.flush.interval.ms": "9000",
  });
  overrideProperties(properties, configs({ "log.flush.interval.ms": "5000" }));
  assertEquals(
    properties,
    configs({ "log.flush.scheduler.interval.ms": "1000", "log.flush.interval.ms": "5000" }),
  );
});
