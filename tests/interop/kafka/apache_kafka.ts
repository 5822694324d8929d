/**
 * Apache Kafka 4.3.1 itself, from the jars that Maven collects: its tools, a broker, and small Java programs
 * on its class path; of 3.9.2 the class path and a broker. Needs `java` (17 or later) and `mvn`.
 *
 * @module
 */

import { TextLineStream } from "@std/streams";

/** The lines of Apache Kafka that there are. */
export type KafkaVersion = "4.3.1" | "3.9.2";

const folder = new URL("./", import.meta.url);

const mainClass = {
  "server": "kafka.Kafka",
  "storage": "kafka.tools.StorageTool",
  "dump-log": "org.apache.kafka.tools.DumpLogSegments",
  "topics": "org.apache.kafka.tools.TopicCommand",
  "get-offsets": "org.apache.kafka.tools.GetOffsetShell",
  "console-consumer": "org.apache.kafka.tools.consumer.ConsoleConsumer",
  "console-producer": "org.apache.kafka.tools.ConsoleProducer",
} as const;

/** The tools that {@linkcode kafka} runs. */
export type Tool = keyof typeof mainClass;

/** What a finished command left. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const jars = new Map<KafkaVersion, Promise<string>>();

/** The class path of Apache Kafka; the first call of a machine lets Maven fetch it. */
export function classPath(version: KafkaVersion = "4.3.1"): Promise<string> {
  const collected = jars.get(version) ?? collectJars(version);
  jars.set(version, collected);
  return collected;
}

async function collectJars(version: KafkaVersion): Promise<string> {
  const home = `${Deno.env.get("HOME") ?? "/tmp"}/.cache/seglog-interop/kafka-${version}`;
  try {
    await Deno.stat(`${home}/complete`);
  } catch {
    const { code, stderr, stdout } = await run("mvn", [
      ...["-B", "-q", "-f", new URL("pom.xml", folder).pathname],
      ...["dependency:copy-dependencies", "-DincludeScope=runtime"],
      ...[`-Dkafka.version=${version}`, `-DoutputDirectory=${home}`],
    ]);
    if (code !== 0) throw new Error(`Cannot collect Apache Kafka's jars: ${stdout}${stderr}`);
    await Deno.writeTextFile(`${home}/complete`, version);
  }
  return `${home}/*`;
}

/** Runs a command to its end, with a text for its standard input; `signal` kills it. */
export async function run(
  command: string,
  args: readonly string[],
  stdin?: string,
  signal?: AbortSignal,
): Promise<Finished> {
  const child = new Deno.Command(command, {
    args: [...args],
    ...(signal === undefined ? {} : { signal }),
    stdin: stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  // It may print before it has read everything. One that fails early does not read it; its exit status says so.
  const written = stdin === undefined
    ? undefined
    : ReadableStream.from([new TextEncoder().encode(stdin)]).pipeTo(child.stdin).catch(() => {});
  const { code, stdout, stderr } = await child.output();
  await written;
  return {
    code,
    stdout: new TextDecoder().decode(stdout),
    stderr: new TextDecoder().decode(stderr),
  };
}

/** For processes that live a second or two: no optimising compiler, the smallest collector. */
export const quick: readonly string[] = [
  "-XX:+UseSerialGC",
  "-XX:TieredStopAtLevel=1",
  "-Xshare:auto",
  "-Xmx256M",
];
const logging = ["-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"];

/** Runs one of Kafka's tools to its end. */
export function kafka(tool: Tool, ...args: string[]): Promise<Finished> {
  return kafkaWithInput(undefined, tool, ...args);
}

/** Runs one of Kafka's tools to its end, with a text for its standard input. */
export async function kafkaWithInput(
  input: string | undefined,
  tool: Tool,
  ...args: string[]
): Promise<Finished> {
  const java = [...quick, ...logging, "-cp", await classPath(), mainClass[tool], ...args];
  return await run("java", java, input);
}

/** The single-file Java programs beside this module. */
export type Program =
  | "ReadBatches"
  | "WriteBatches"
  | "RoundTripMessages"
  | "ProtocolTables"
  | "OpenLog"
  | "Produce"
  | "ProduceForEver"
  | "ProduceTransactions"
  | "Consume";

async function programArgs(program: Program, args: readonly string[]): Promise<string[]> {
  const source = new URL(`${program}.java`, folder).pathname;
  return [...quick, ...logging, "-cp", await classPath(), source, ...args];
}

/** Runs a Java program of ours, on Kafka's class path, to its end. Returns the lines it printed. */
export function java(program: Program, ...args: string[]): Promise<string[]> {
  return javaWithInput(undefined, program, ...args);
}

/** Runs a Java program of ours to its end, with lines for its standard input. */
export async function javaWithInput(
  input: readonly string[] | undefined,
  program: Program,
  ...args: string[]
): Promise<string[]> {
  const text = input?.map((line) => `${line}\n`).join("");
  const { code, stdout, stderr } = await run("java", await programArgs(program, args), text);
  if (code !== 0) throw new Error(`${program} failed: ${stderr}`);
  return stdout.split("\n").slice(0, -1);
}

/** Runs a Java source file on a class path to its end. */
export async function javaFile(
  file: string,
  args: readonly string[],
  options: {
    readonly version?: KafkaVersion;
    readonly input?: string;
    readonly jvm?: readonly string[];
    readonly signal?: AbortSignal;
  } = {},
): Promise<Finished> {
  const path = await classPath(options.version);
  const jvm = [...options.jvm ?? quick, ...logging, "-cp", path];
  return await run("java", [...jvm, file, ...args], options.input, options.signal);
}

/** Starts a Java program of ours; it goes on until it is killed. */
export async function startJava(program: Program, ...args: string[]): Promise<Deno.ChildProcess> {
  return new Deno.Command("java", {
    args: await programArgs(program, args),
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
}

/** A running broker; disposing it stops it cleanly. */
export interface RunningBroker extends AsyncDisposable {
  /** `host:port` for clients. */
  readonly bootstrap: string;
  /** Its log directory. */
  readonly logDir: string;
  /** Its process. */
  readonly pid: number;
  /** What it has logged so far. */
  readonly lines: readonly string[];
  /** Kills it on the spot. */
  kill(): Promise<void>;
}

/** A port that nobody listens on. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** The configs of a combined broker and controller on ports of its own. */
export function nodeProperties(
  logDir: string,
  properties: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const port = freePort(), controllerPort = freePort();
  return {
    "process.roles": "broker,controller",
    "node.id": "1",
    "log.dirs": logDir,
    "listeners": `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    "controller.listener.names": "CONTROLLER",
    "controller.quorum.bootstrap.servers": `127.0.0.1:${controllerPort}`,
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
    "offsets.topic.replication.factor": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "group.initial.rebalance.delay.ms": "0",
    ...properties,
  };
}

/** Java's `.properties` text of plain names and values. */
export function propertiesText(properties: Readonly<Record<string, string>>): string {
  return Object.entries(properties).map(([key, value]) => `${key}=${value}\n`).join("");
}

/** For a broker that lives a few seconds. */
const SHORT_LIVED: readonly string[] = ["-Xmx512M", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];

/**
 * Starts a combined broker and controller over a log directory, formatted when it is empty.
 *
 * @param directory for the properties file and, in `data/`, the log directory
 * @param properties more broker configs
 * @param jvm what the Java machine is told
 * @param version which line of Kafka it is
 */
export async function startBroker(
  directory: string,
  properties: Readonly<Record<string, string>> = {},
  jvm: readonly string[] = SHORT_LIVED,
  version: KafkaVersion = "4.3.1",
): Promise<RunningBroker> {
  const logDir = properties["log.dirs"] ?? `${directory}/data`;
  const file = `${directory}/server.properties`;
  const all = nodeProperties(logDir, properties);
  const bootstrap = /PLAINTEXT:\/\/([^,]+)/.exec(all["listeners"]!)![1]!;
  await Deno.writeTextFile(file, propertiesText(all));
  await formatLogDir(logDir, file, ["--standalone", "-t", CLUSTER_ID], version);
  const child = (await brokerCommand(file, jvm, version)).spawn();
  await child.stdout.cancel();
  const lines: string[] = [];
  const started = Promise.withResolvers<void>();
  const ended = (async () => {
    const texts = child.stderr.pipeThrough(new TextDecoderStream());
    for await (const line of texts.pipeThrough(new TextLineStream())) {
      lines.push(line);
      if (line.includes("Kafka Server started")) started.resolve();
    }
    const status = await child.status;
    started.reject(new Error(`The broker did not start: ${lines.slice(-40).join("\n")}`));
    return status;
  })();
  await started.promise;
  const stop = async (signal: Deno.Signal) => {
    try {
      child.kill(signal);
    } catch {
      // It has been stopped before.
    }
    await ended;
  };
  return {
    bootstrap,
    logDir,
    pid: child.pid,
    lines,
    kill: () => stop("SIGKILL"),
    [Symbol.asyncDispose]: () => stop("SIGTERM"),
  };
}

/** The class path with the logger that writes lines to standard error alone: 3.9 brings another one as well. */
async function brokerClassPath(version: KafkaVersion): Promise<string> {
  const path = await classPath(version);
  if (version === "4.3.1") return path;
  const folder = path.slice(0, -2);
  const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  return names.filter((name) => name.endsWith(".jar") && !name.startsWith("slf4j-reload4j"))
    .map((name) => `${folder}/${name}`).join(":");
}

/** The command that runs a node until it is told to stop; it logs to standard error. */
export async function brokerCommand(
  file: string,
  jvm: readonly string[] = SHORT_LIVED,
  version: KafkaVersion = "4.3.1",
): Promise<Deno.Command> {
  return new Deno.Command("java", {
    args: [
      ...jvm,
      "-Dorg.slf4j.simpleLogger.defaultLogLevel=info",
      ...["-cp", await brokerClassPath(version), mainClass.server, file],
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

const CLUSTER_ID = "MkU3OEVBNTcwNTJENDM2Qg";

/** Formats a log directory, when it is not formatted yet. */
export async function formatLogDir(
  logDir: string,
  file: string,
  options: readonly string[],
  version: KafkaVersion = "4.3.1",
): Promise<void> {
  try {
    await Deno.stat(`${logDir.split(",")[0]}/meta.properties`);
    return;
  } catch {
    const formatted = await run("java", [
      ...[...quick, ...logging, "-cp", await brokerClassPath(version)],
      ...[mainClass.storage, "format", ...options, "-c", file],
    ]);
    if (formatted.code !== 0) throw new Error(`Cannot format ${logDir}: ${formatted.stderr}`);
  }
}
