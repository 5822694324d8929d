import { assertEquals } from "@std/assert";
import { configWarning, topicConfigWarning } from "../../../cluster/config/config_warnings.ts";

Deno.test("nothing is said of what works", () => {
  for (
    const name of [
      "listeners",
      "log.retention.ms",
      "listener.name.plaintext.max.connections",
      "config.providers.env.class",
      "config.providers.env.param.allowlist.pattern",
    ]
  ) assertEquals(configWarning(name), undefined, name);
});

Deno.test("a name that nobody knows, what has no meaning and what waits are told apart", () => {
  const told = (name: string) => configWarning(name)?.replace(`The configuration '${name}' `, "");
  assertEquals(told("no.such.config"), "was supplied but isn't a known config.");
  assertEquals(told("listener.name.a.no.such"), "was supplied but isn't a known config.");
  assertEquals(
    told("num.network.threads"),
    "has no effect here: one event loop serves all connections.",
  );
  assertEquals(told("ssl.key.password"), "has no effect yet: it waits for TLS.");
  assertEquals(
    told("rsm.config.dir"),
    "has no effect yet: it waits for tiered storage.",
  );
  assertEquals(
    told("zookeeper.connect"),
    "has no effect yet: it waits for ZooKeeper. Apache Kafka 4.0 has removed it.",
  );
  assertEquals(
    told("password.encoder.secret"),
    "has no effect here: passwords are not kept in ZooKeeper. Apache Kafka 4.0 has removed it.",
  );
  assertEquals(
    told("listener.name.plaintext.connections.max.idle.ms"),
    "has no effect here: connections.max.idle.ms is the same for all listeners.",
  );
});

Deno.test("of topics' configs those are told of that would change something and do not", () => {
  assertEquals(topicConfigWarning("retention.ms", "1"), undefined);
  assertEquals(topicConfigWarning("remote.log.copy.disable", "false"), undefined);
  assertEquals(
    topicConfigWarning("remote.log.copy.disable", "true"),
    "The configuration 'remote.log.copy.disable' has no effect yet: it waits for tiered storage.",
  );
  assertEquals(topicConfigWarning("no.such.config", "1"), undefined);
});
