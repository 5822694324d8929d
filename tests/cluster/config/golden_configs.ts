/** Reads what `kafka-configs --describe` printed of Apache Kafka's configs. */

/** One line. */
export interface GoldenConfig {
  readonly name: string;
  readonly value: string;
  readonly sensitive: boolean;
  /** `SOURCE:name=value`, the strongest first. */
  readonly synonyms: readonly string[];
}

/** The configs in a file of `tests/fixtures/cli`. */
export async function goldenConfigs(file: string): Promise<GoldenConfig[]> {
  const path = new URL(`../../fixtures/cli/${file}`, import.meta.url);
  const text = await Deno.readTextFile(path);
  return text.split("\n").flatMap((line) => {
    const match = /^ {2}(.+?)=(.*) sensitive=(true|false) synonyms=\{(.*)\}$/.exec(line);
    if (match === null) return [];
    const [, name, value, sensitive, synonyms] = match as unknown as string[];
    return [{
      name: name!,
      value: value!,
      sensitive: sensitive === "true",
      synonyms: synonyms!.split(/, (?=[A-Z_]+_CONFIG:)/).filter((each) => each !== ""),
    }];
  });
}

const SOURCES: Readonly<Record<number, string>> = {
  1: "DYNAMIC_TOPIC_CONFIG",
  2: "DYNAMIC_BROKER_CONFIG",
  3: "DYNAMIC_DEFAULT_BROKER_CONFIG",
  4: "STATIC_BROKER_CONFIG",
  5: "DEFAULT_CONFIG",
  7: "DYNAMIC_CLIENT_METRICS_CONFIG",
  8: "DYNAMIC_GROUP_CONFIG",
};

/** A described config as the tool prints it. */
export function asGolden(described: {
  readonly name: string;
  readonly value: string | null;
  readonly isSensitive: boolean;
  readonly synonyms: readonly {
    readonly name: string;
    readonly value: string | null;
    readonly source: number;
  }[];
}): GoldenConfig {
  return {
    name: described.name,
    value: String(described.value),
    sensitive: described.isSensitive,
    synonyms: described.synonyms.map(({ name, value, source }) =>
      `${SOURCES[source]}:${name}=${value}`
    ),
  };
}

/** The properties of the broker whose configs were printed. */
export const GOLDEN_PROPERTIES: Readonly<Record<string, string>> = {
  "controller.listener.names": "CONTROLLER",
  "controller.quorum.bootstrap.servers": "localhost:9093",
  "group.initial.rebalance.delay.ms": "0",
  "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
  "listeners": "PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093",
  "log.dirs": "/data",
  "node.id": "0",
  "offsets.topic.num.partitions": "1",
  "offsets.topic.replication.factor": "1",
  "process.roles": "broker,controller",
  "transaction.state.log.min.isr": "1",
  "transaction.state.log.num.partitions": "1",
  "transaction.state.log.replication.factor": "1",
};

/** A line of the file, with this test's addresses and directories for the placeholders. */
export function filledIn(config: GoldenConfig): GoldenConfig {
  const fill = (text: string) =>
    text.replaceAll("HOST:CONTROLLER_PORT", "localhost:9093")
      .replaceAll("HOST:PORT", "localhost:9092").replaceAll("DIR/node/data", "/data");
  return { ...config, value: fill(config.value), synonyms: config.synonyms.map(fill) };
}
