import { assertEquals, assertThrows } from "@std/assert";
import { validateClientMetricsConfigs } from "../../../cluster/config/client_metrics_configs.ts";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import { type Texts, texts } from "./broker_properties.ts";

const refused = (name: string, configs: Texts, code: string, message: string) => {
  const error = assertThrows(() => validateClientMetricsConfigs(name, texts(configs)), KafkaError);
  assertEquals([error.code, error.message], [code, message]);
};

Deno.test("metrics, an interval and patterns are taken", () => {
  validateClientMetricsConfigs(
    "s",
    texts({
      "metrics": "org.apache.kafka.,other",
      "interval.ms": "100",
      "match": "client_id = app.*, client_software_name=Java",
    }),
  );
});

Deno.test("what cannot be is refused in Kafka's words", () => {
  refused("", {}, "INVALID_REQUEST", "Subscription name can't be empty");
  refused(
    "s",
    { "no.such": "1" },
    "INVALID_REQUEST",
    "Unknown client metrics configuration: no.such",
  );
  refused(
    "s",
    { "interval.ms": "99" },
    "INVALID_REQUEST",
    "Invalid value 99 for interval.ms, interval must be between 100 and 3600000 (1 hour)",
  );
  for (const pattern of ["client_id", "nobody=a", "client_id=(", "client_id=a=b"]) {
    refused(
      "s",
      { "match": pattern },
      "INVALID_CONFIG",
      `Illegal client matching pattern: ${pattern}`,
    );
  }
});
