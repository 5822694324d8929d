import { assertEquals, assertMatch } from "@std/assert";
import { freePort } from "./kafka/apache_kafka.ts";
import { startToolRunner, type ToolRunner } from "./kafka/tool_runner.ts";
import {
  brokerKind,
  type BrokerOptions,
  type BrokerUnderTest,
  startApacheKafka,
  startSeglog,
} from "./support/broker_under_test.ts";
import { transcript } from "./support/cli_fixtures.ts";

/** Apache Kafka's tools with `--bootstrap-controller` print against this node what they print against Apache Kafka. */

const BROKER_1 = "--bootstrap-server BROKER --alter --entity-type brokers --entity-name 1";
const MAP = "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,EXTERNAL:PLAINTEXT";

/** Commands; `CONTROLLER` and `BROKER` stand for the listeners. */
const COMMANDS: readonly string[] = [
  "metadata-quorum --bootstrap-controller CONTROLLER describe --status",
  "metadata-quorum --bootstrap-controller CONTROLLER describe --replication",
  "features --bootstrap-controller CONTROLLER describe",
  "features --bootstrap-controller CONTROLLER upgrade --feature transaction.version=1",
  "features --bootstrap-controller CONTROLLER downgrade --feature transaction.version=1",
  "cluster cluster-id --bootstrap-controller CONTROLLER",
  "cluster list-endpoints --bootstrap-controller CONTROLLER",
  "cluster unregister --bootstrap-controller CONTROLLER --id 9",
  "topics --bootstrap-server BROKER --create --topic t --partitions 2",
  "configs --bootstrap-controller CONTROLLER --describe --entity-type brokers --entity-name 1",
  "configs --bootstrap-controller CONTROLLER --alter --entity-type brokers --entity-name 1 --add-config log.cleaner.threads=2",
  "configs --bootstrap-controller CONTROLLER --describe --entity-type brokers --entity-name 1",
  "configs --bootstrap-controller CONTROLLER --describe --entity-type brokers --entity-default",
  "configs --bootstrap-controller CONTROLLER --alter --entity-type topics --entity-name t --add-config retention.ms=1000",
  "configs --bootstrap-controller CONTROLLER --alter --entity-type topics --entity-name t --add-config retention.ms=soon",
  "configs --bootstrap-controller CONTROLLER --alter --entity-type topics --entity-name none --add-config retention.ms=1",
  "configs --bootstrap-server BROKER --describe --entity-type topics --entity-name t",
  "configs --bootstrap-controller CONTROLLER --describe --entity-type topics --entity-name t",
  "configs --bootstrap-controller CONTROLLER --alter --entity-type brokers --entity-name 1 --add-config cordoned.log.dirs=/nowhere",
  `configs ${BROKER_1} --add-config listeners=[LISTENERS,EXTERNAL://127.0.0.1:EXTERNAL_PORT],listener.security.protocol.map=[${MAP}]`,
  "cluster list-endpoints --bootstrap-server BROKER",
  `configs ${BROKER_1} --add-config listeners=[LISTENERS]`,
  `configs ${BROKER_1} --add-config listeners=[PLAINTEXT://BROKER]`,
  `configs ${BROKER_1} --add-config listeners=[LISTENERS,SECURE://127.0.0.1:0]`,
  `configs ${BROKER_1} --add-config advertised.listeners=PLAINTEXT://BROKER`,
  "configs --bootstrap-server BROKER --alter --entity-type brokers --entity-default --add-config listeners=[LISTENERS]",
  "reassign-partitions --bootstrap-controller CONTROLLER --list",
  "topics --bootstrap-server CONTROLLER --list",
  "cluster list-endpoints --bootstrap-controller BROKER",
];

/** What differs from one node to the next, or from one run to the next. */
function comparable(text: string): string {
  return text.replace(/(HighWatermark: +)\d+/, "$1N")
    .replace(/(DIRECTORY_ID\t)\d+ */, "$1N")
    .replaceAll(/(Epoch: )\d+/g, "$1N")
    .replaceAll(/^(1 +\S+ +)\d+ +/gm, "$1PORT ");
}

type Start = (directory: string, options: BrokerOptions) => Promise<BrokerUnderTest>;

/** Starts a node and runs commands against it; gives what each printed. */
async function transcripts(
  start: Start,
  { run }: ToolRunner,
  commands: readonly string[],
): Promise<string[]> {
  const directory = await Deno.makeTempDir();
  try {
    const [broker, controller, external] = [freePort(), freePort(), `${freePort()}`];
    const listeners = `PLAINTEXT://127.0.0.1:${broker},CONTROLLER://127.0.0.1:${controller}`;
    await using node = await start(directory, {
      serverProperties: true,
      properties: {
        "listeners": listeners,
        "controller.quorum.bootstrap.servers": `127.0.0.1:${controller}`,
      },
    });
    const meta = await Deno.readTextFile(`${node.logDir}/meta.properties`);
    const places = {
      bootstrap: node.bootstrap,
      controller: `127.0.0.1:${controller}`,
      directory,
      directoryId: /^directory\.id=(.*)$/m.exec(meta)![1]!,
      clusterId: /^cluster\.id=(.*)$/m.exec(meta)![1]!,
    };
    const printed: string[] = [];
    for (const command of commands) {
      const [tool, ...args] = command.split(" ").map((word) =>
        word.replace("LISTENERS", listeners)
          .replace(/(?<![A-Z])CONTROLLER$/, places.controller)
          .replace(/(?<![A-Z])BROKER(?![_A-Z])/, places.bootstrap)
          .replace("EXTERNAL_PORT", external)
      );
      const finished = await run(tool!, args);
      const text = comparable(transcript(finished, places));
      printed.push(text.replaceAll(`:${external}`, ":EXTERNAL_PORT"));
    }
    return printed;
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test({
  name: "a controller's listener answers Apache Kafka's tools as Apache Kafka's does",
  ignore: brokerKind() === "external",
  async fn(t) {
    await using runner = await startToolRunner();
    const start = brokerKind() === "seglog" ? startSeglog : startApacheKafka;
    const ours = await transcripts(start, runner, COMMANDS);
    const theirs = await transcripts(startApacheKafka, runner, COMMANDS);
    for (const [i, command] of COMMANDS.entries()) {
      await t.step(command, () => assertEquals(ours[i], theirs[i]));
    }
  },
});

const LOGGERS = "--entity-type broker-loggers --entity-name 1";

/** What Apache Kafka prints whose lines go through Log4j; the one that is started here has another logging, and no loggers to tell of. */
const OF_LOGGERS: readonly (readonly [string, string | RegExp])[] = [
  [
    `configs --bootstrap-controller CONTROLLER --describe ${LOGGERS}`,
    /^Dynamic configs for broker-logger 1 are:\n(?: {2}\S+=WARN sensitive=false synonyms=\{\}\n)+\[rc\] 0\n$/,
  ],
  [
    `configs --bootstrap-controller CONTROLLER --alter ${LOGGERS} --add-config kafka.server.KafkaApis=DEBUG`,
    "Completed updating config for broker-logger 1.\n[rc] 0\n",
  ],
  [
    `configs --bootstrap-server BROKER --describe ${LOGGERS}`,
    /^ {2}kafka\.server\.KafkaApis=DEBUG sensitive=false synonyms=\{\}$/m,
  ],
  [
    `configs --bootstrap-server BROKER --alter ${LOGGERS} --delete-config kafka.server.KafkaApis`,
    "Completed updating config for broker-logger 1.\n[rc] 0\n",
  ],
  [
    `configs --bootstrap-server BROKER --alter ${LOGGERS} --add-config nobody=DEBUG`,
    "[stderr]\nInvalid broker logger(s): nobody\n[rc] 1\n",
  ],
  [
    `configs --bootstrap-server BROKER --alter ${LOGGERS} --add-config kafka.server.ReplicaManager=LOUD`,
    /InvalidConfigurationException: Cannot set the log level of kafka\.server\.ReplicaManager to LOUD as it is not a supported log level\. Valid log levels are DEBUG, ERROR, FATAL, INFO, TRACE, WARN\n/,
  ],
  [
    `configs --bootstrap-server BROKER --alter ${LOGGERS} --delete-config root`,
    /InvalidRequestException: Removing the log level of the root logger is not allowed\n/,
  ],
];

Deno.test({
  name: "kafka-configs shows and changes the levels of loggers",
  ignore: brokerKind() !== "seglog",
  async fn(t) {
    await using runner = await startToolRunner();
    const printed = await transcripts(startSeglog, runner, OF_LOGGERS.map(([command]) => command));
    for (const [i, [command, expected]] of OF_LOGGERS.entries()) {
      await t.step(command, () => {
        if (typeof expected === "string") assertEquals(printed[i], expected);
        else assertMatch(printed[i]!, expected);
      });
    }
  },
});
