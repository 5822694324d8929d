/**
 * Apache Kafka's tools by the dozen, in one Java machine: a start of its own takes each of them a second.
 *
 * @module
 */

import { TextLineStream } from "@std/streams";
import { cached, runToEnd } from "../support/cache.ts";
import { classPath, type Finished, type KafkaVersion, quick, run } from "./apache_kafka.ts";

const folder = new URL("./", import.meta.url).pathname;
const tools = "org.apache.kafka.tools";

/** Main classes; the second one is that of 3.9, where it is another. */
const MAIN_CLASSES: Readonly<Record<string, readonly [string, string?]>> = {
  "acls": [`${tools}.AclCommand`, "kafka.admin.AclCommand"],
  "broker-api-versions": [
    `${tools}.BrokerApiVersionsCommand`,
    "kafka.admin.BrokerApiVersionsCommand",
  ],
  "cluster": [`${tools}.ClusterTool`],
  "configs": ["kafka.admin.ConfigCommand"],
  "console-consumer": [`${tools}.consumer.ConsoleConsumer`],
  "console-producer": [`${tools}.ConsoleProducer`, "kafka.tools.ConsoleProducer"],
  "consumer-groups": [`${tools}.consumer.group.ConsumerGroupCommand`],
  "consumer-perf-test": [`${tools}.ConsumerPerformance`],
  "delete-records": [`${tools}.DeleteRecordsCommand`],
  "dump-log": [`${tools}.DumpLogSegments`, "kafka.tools.DumpLogSegments"],
  "e2e-latency": [`${tools}.EndToEndLatency`],
  "features": [`${tools}.FeatureCommand`],
  "get-offsets": [`${tools}.GetOffsetShell`],
  "groups": [`${tools}.GroupsCommand`],
  "leader-election": [`${tools}.LeaderElectionCommand`],
  "log-dirs": [`${tools}.LogDirsCommand`],
  "metadata-quorum": [`${tools}.MetadataQuorumCommand`],
  "producer-perf-test": [`${tools}.ProducerPerformance`],
  "reassign-partitions": [`${tools}.reassign.ReassignPartitionsCommand`],
  "replica-verification": [`${tools}.ReplicaVerificationTool`],
  "storage": ["kafka.tools.StorageTool"],
  "topics": [`${tools}.TopicCommand`],
  "transactions": [`${tools}.TransactionsCommand`],
  "verifiable-consumer": [`${tools}.VerifiableConsumer`],
  "verifiable-producer": [`${tools}.VerifiableProducer`],
};

/** These end their process past the hooks that the runner has. */
const ALONE = new Set(["verifiable-producer", "verifiable-consumer", "replica-verification"]);

/** Runs tools, one at a time. */
export interface ToolRunner extends AsyncDisposable {
  /** Runs a tool to its end; one that takes too long has exit status 124. */
  run(tool: string, args: readonly string[], input?: string): Promise<Finished>;
  /** Runs a tool in a Java machine of its own: beside the others, when it takes long. */
  runAlone(tool: string, args: readonly string[], input?: string): Promise<Finished>;
  /** Starts a tool that goes on until it is killed; what it prints goes nowhere. */
  start(tool: string, args: readonly string[]): Promise<Deno.ChildProcess>;
}

/** The class path of the tools, with the distribution's logging, and the jars that are loaded anew for each run. */
async function toolJars(version: KafkaVersion): Promise<{ shared: string[]; isolated: string[] }> {
  const logging = await cached("tool-logging-2.25.4", async (home) => {
    await runToEnd("mvn", [
      ...["-B", "-q", "-f", `${folder}tool_logging.xml`, "dependency:copy-dependencies"],
      ...["-DincludeScope=runtime", `-DoutputDirectory=${home}`],
    ]);
  });
  const shared: string[] = [], isolated: string[] = [];
  for (const home of [logging, (await classPath(version)).slice(0, -"/*".length)]) {
    for await (const { name } of Deno.readDir(home)) {
      if (!name.endsWith(".jar") || /^(slf4j-(simple|reload4j)|reload4j)-/.test(name)) continue;
      // Log4j of Kafka's own jars is an older one.
      if (home !== logging && name.startsWith("log4j-")) continue;
      const own = /^(kafka-tools-\d|kafka_2\.13-)/.test(name) ? isolated : shared;
      own.push(`${home}/${name}`);
    }
  }
  return { shared, isolated };
}

/** Starts a runner of one version's tools. */
export async function startToolRunner(version: KafkaVersion = "4.3.1"): Promise<ToolRunner> {
  const { shared, isolated } = await toolJars(version);
  const jvm = [...quick, `-Dlog4j2.configurationFile=${folder}tool_log4j2.properties`];
  const child = new Deno.Command("java", {
    args: [...jvm, "-cp", shared.join(":"), `${folder}ToolRunner.java`, ...isolated],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const writer = child.stdin.getWriter();
  const answers = child.stdout.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream()).getReader();
  const mainClass = (tool: string): string => {
    const [newest, older] = MAIN_CLASSES[tool] ?? [];
    const main = version === "3.9.2" ? older ?? newest : newest;
    if (main === undefined) throw new Error(`no such tool: ${tool}`);
    return main;
  };
  const alone = (tool: string, args: readonly string[]) => [
    ...[...jvm, "-cp", [...shared, ...isolated].join(":")],
    ...[mainClass(tool), ...args],
  ];
  const runAlone: ToolRunner["run"] = (tool, args, input = "") =>
    run("java", alone(tool, args), input);
  return {
    runAlone,
    start: (tool, args) =>
      Promise.resolve(
        new Deno.Command("java", {
          args: alone(tool, args),
          stdin: "null",
          stdout: "null",
          stderr: "null",
        }).spawn(),
      ),
    async run(tool, args, input = "") {
      if (ALONE.has(tool)) return await runAlone(tool, args, input);
      const command = JSON.stringify({ main: mainClass(tool), args, input, seconds: 60 });
      await writer.write(new TextEncoder().encode(`${command}\n`));
      const { value } = await answers.read();
      if (value === undefined) throw new Error(`the runner ended during ${tool} ${args.join(" ")}`);
      return JSON.parse(value) as Finished;
    },
    async [Symbol.asyncDispose]() {
      await writer.close();
      await child.status;
      await answers.cancel();
    },
  };
}
