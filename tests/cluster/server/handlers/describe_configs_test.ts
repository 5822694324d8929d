import { assertEquals, assertThrows } from "@std/assert";
import { errorCode, errorMessage, KafkaError } from "../../../../client/protocol/error_codes.ts";
import type {
  DescribeConfigsRequest,
  DescribeConfigsResourceResult,
  DescribeConfigsResponse,
  DescribeConfigsResult,
} from "../../../../client/protocol/messages/describe_configs.ts";
import { InvalidConfigError } from "../../../../storage/errors.ts";
import { decode, type Draft, encode } from "../../../../storage/message/message_codec.ts";
import {
  type ConfigDescriptions,
  describeConfigsHandler,
} from "../../../../cluster/server/handlers/describe_configs.ts";
import { BrokerConfig } from "../../../../cluster/config/broker_config.ts";
import { ConfigStore } from "../../../../cluster/config/config_store.ts";
import { call, responseOf } from "../../../support/handler_call.ts";
import { manualEnv } from "../../../support/manual_env.ts";
import { imageOf } from "../../../support/metadata_image.ts";

const [TOPIC, BROKER, BROKER_LOGGER, CLIENT_METRICS, GROUP] = [2, 4, 8, 16, 32] as const;

function config(name: string, value: string): DescribeConfigsResourceResult {
  return {
    name,
    value,
    readOnly: false,
    configSource: 5,
    isSensitive: false,
    synonyms: [{ name: `log.${name}`, value, source: 5 }],
    configType: 5,
    documentation: `About ${name}.`,
  };
}

const DESCRIPTIONS: ConfigDescriptions = {
  topic: (name) => [config("retention.ms", name), config("segment.bytes", "1")],
  broker: () => [config("of", "broker")],
  clusterDefault: () => [config("of", "all brokers")],
  clientMetrics: (name) => [config("metrics of", name)],
  group: (name) => [config("group", name)],
};

function setup(configs: Partial<ConfigDescriptions> = {}) {
  const env = manualEnv();
  const handler = describeConfigsHandler({
    nodeId: 1,
    image: () => imageOf({ topics: { t: [{}] } }),
    configs: { ...DESCRIPTIONS, ...configs },
    loggers: { levels: new Map([["root", "INFO"]]) },
    logger: env.logger,
  });
  const ask = (
    resources: readonly (readonly [number, string, ...string[]])[],
    request: Draft<DescribeConfigsRequest> = {},
    version = 4,
  ) =>
    (call(handler, version, {
      resources: resources.map(([resourceType, resourceName, ...keys]) => ({
        resourceType,
        resourceName,
        configurationKeys: keys.length === 0 ? null : keys,
      })),
      ...request,
    }) as DescribeConfigsResponse).results;
  return { handler, ask, logger: env.logger };
}

const values = ({ configs }: DescribeConfigsResult) =>
  configs.map(({ name, value }) => `${name}=${value}`);

Deno.test("each kind of resource is described by its own configs", () => {
  const results = setup().ask([
    [TOPIC, "t"],
    [BROKER, "1"],
    [BROKER, ""],
    [BROKER_LOGGER, "1"],
    [CLIENT_METRICS, "m"],
    [GROUP, "g"],
  ]);
  assertEquals(results.map(values), [
    ["retention.ms=t", "segment.bytes=1"],
    ["of=broker"],
    ["of=all brokers"],
    ["root=INFO"],
    ["metrics of=m"],
    ["group=g"],
  ]);
  assertEquals(results.map(({ errorCode, errorMessage }) => errorCode || errorMessage), [
    ...Array(6).fill(null),
  ]);
  assertEquals(results.map((r) => `${r.resourceType} ${r.resourceName}`), [
    "2 t",
    "4 1",
    "4 ",
    "8 1",
    "16 m",
    "32 g",
  ]);
});

Deno.test("only the configs that are asked for are told; no names mean all", () => {
  const { ask } = setup();
  assertEquals(ask([[TOPIC, "t", "segment.bytes", "nonsense"]]).map(values), [["segment.bytes=1"]]);
  const all = ask([], {
    resources: [{ resourceType: TOPIC, resourceName: "t", configurationKeys: [] }],
  });
  assertEquals(all[0]!.configs.length, 2);
});

Deno.test("synonyms and documentation are told to those who ask for them", () => {
  const { ask } = setup();
  const [silent] = ask([[GROUP, "g"]])[0]!.configs;
  assertEquals([silent!.synonyms, silent!.documentation], [[], null]);
  const [full] = ask([[GROUP, "g"]], {
    includeSynonyms: true,
    includeDocumentation: true,
  })[0]!.configs;
  assertEquals(full, config("group", "g"));
});

Deno.test("versions without types and documentation leave them out", () => {
  const [told] = setup().ask([[GROUP, "g"]], { includeSynonyms: true }, 1)[0]!.configs;
  assertEquals(told!.configType, 0);
  assertEquals(told!.documentation, "");
  assertEquals(told!.synonyms.length, 1);
});

Deno.test("errors are told in Kafka's words, resource by resource", () => {
  const results = setup().ask([
    [TOPIC, "no-such-topic"],
    [TOPIC, "bad name"],
    [BROKER, "99"],
    [BROKER, "abc"],
    [BROKER_LOGGER, ""],
    [BROKER_LOGGER, "99"],
    [CLIENT_METRICS, ""],
    [GROUP, ""],
    [TOPIC, "t"],
  ]);
  const invalid = errorCode("INVALID_REQUEST");
  assertEquals(results.map(({ errorCode, errorMessage }) => [errorCode, errorMessage]), [
    [errorCode("UNKNOWN_TOPIC_OR_PARTITION"), ""],
    [
      errorCode("INVALID_TOPIC_EXCEPTION"),
      "Topic name is invalid: 'bad name' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'",
    ],
    [invalid, "Unexpected broker id, expected 1 or empty string, but received 99"],
    [invalid, "Broker id must be an integer, but it is: abc"],
    [invalid, "Broker id must not be empty"],
    [invalid, "Unexpected broker id, expected 1 but received 99"],
    [invalid, "Client metrics subscription name must not be empty"],
    [invalid, "Group name must not be empty"],
    [0, null],
  ]);
});

Deno.test("a broker's id may be written as Java reads numbers", () => {
  const codes = ["+1", "01", "1.0", " 1", "99999999999"].map((name) =>
    setup().ask([[BROKER, name]])[0]!.errorMessage
  );
  assertEquals(codes, [
    null,
    null,
    "Broker id must be an integer, but it is: 1.0",
    "Broker id must be an integer, but it is:  1",
    "Broker id must be an integer, but it is: 99999999999",
  ]);
});

Deno.test("a kind of resource that there is not refuses the request whole", () => {
  const { ask, handler: { api, onError } } = setup();
  assertThrows(() => ask([[TOPIC, "t"], [3, "x"]]), KafkaError, "Unexpected resource type UNKNOWN");
  const request = decode(
    api.request,
    4,
    encode(api.request, 4, { resources: [{ resourceType: 3, resourceName: "x" }] }),
  );
  const [result] = decode(
    api.response,
    4,
    encode(api.response, 4, responseOf(onError(request, "INVALID_REQUEST", "whatever"))),
  ).results;
  assertEquals(result!.errorCode, errorCode("INVALID_REQUEST"));
  assertEquals(result!.errorMessage, errorMessage("INVALID_REQUEST"));
  assertEquals(`${result!.resourceType} ${result!.resourceName}`, "3 x");
});

Deno.test("what goes wrong with one resource does not keep the others from being described", () => {
  const { ask, logger } = setup({
    topic: () => {
      throw new InvalidConfigError("Invalid value x for configuration y");
    },
    group: () => {
      throw new TypeError("a bug");
    },
  });
  const [topic, group, broker] = ask([[TOPIC, "t"], [GROUP, "g"], [BROKER, "1"]]);
  assertEquals(topic!.errorCode, errorCode("INVALID_CONFIG"));
  assertEquals(topic!.errorMessage, "Invalid value x for configuration y");
  assertEquals(group!.errorCode, errorCode("UNKNOWN_SERVER_ERROR"));
  assertEquals(group!.errorMessage, null);
  assertEquals(values(broker!), ["of=broker"]);
  assertEquals(logger.matching("describe configs", "error").length, 1);
});

/** A golden output of `kafka configs --all --describe`, with addresses and directories in the place of what stands for them. */
function golden(name: string): { readonly lines: readonly string[]; readonly text: string } {
  const path = new URL(`../../../fixtures/cli/${name}.txt`, import.meta.url);
  const text = Deno.readTextFileSync(path).replaceAll("HOST:CONTROLLER_PORT", "localhost:9093")
    .replaceAll("HOST:PORT", "localhost:9092").replaceAll("DIR/", "/");
  return { lines: text.split("\n").filter((line) => line.startsWith("  ")), text };
}

const SOURCES = [
  "",
  "DYNAMIC_TOPIC_CONFIG",
  "DYNAMIC_BROKER_CONFIG",
  "DYNAMIC_DEFAULT_BROKER_CONFIG",
  "STATIC_BROKER_CONFIG",
  "DEFAULT_CONFIG",
];

/** The answer as the tool prints it. */
function printed({ configs }: DescribeConfigsResult): string[] {
  return [...configs].sort((a, b) => a.name < b.name ? -1 : 1)
    .map(({ name, value, isSensitive, synonyms }) => {
      const all = synonyms.map(({ name, value, source }) => `${SOURCES[source]}:${name}=${value}`);
      return `  ${name}=${value} sensitive=${isSensitive} synonyms={${all.join(", ")}}`;
    });
}

Deno.test("the configs of a broker and of a topic are told as Apache Kafka tells them", () => {
  const broker = golden("broker-configs");
  const topic = golden("topic-configs");
  const layer = (source: string) =>
    new Map(
      [...broker.text.matchAll(new RegExp(`[{ ]${source}:([^=]+)=(.*?)(?=, [A-Z_]+:|\\}$)`, "gm"))]
        .map(([, name, value]) => [name!, value!]),
    );
  const config = BrokerConfig.parse(Object.fromEntries(layer("STATIC_BROKER_CONFIG")));
  config.applyDynamic(new Map(), layer("DYNAMIC_DEFAULT_BROKER_CONFIG"));
  const { configs } = imageOf({});
  const handler = describeConfigsHandler({
    nodeId: config.nodeId,
    image: () => imageOf({ topics: { t: [{}] } }),
    configs: new ConfigStore({ config, repository: () => configs }),
    loggers: { levels: new Map() },
    logger: manualEnv().logger,
  });
  const [toldTopic, toldBroker] = (call(handler, 4, {
    resources: [{ resourceType: TOPIC, resourceName: "t", configurationKeys: null }, {
      resourceType: BROKER,
      resourceName: "0",
      configurationKeys: null,
    }],
    includeSynonyms: true,
  }) as DescribeConfigsResponse).results;
  assertEquals(printed(toldTopic!), [...topic.lines]);
  assertEquals(printed(toldBroker!), [...broker.lines]);
});
