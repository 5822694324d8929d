/**
 * Apache Kafka 4.3.1 itself, from the jars that Maven collects: its tools, a broker, and small Java programs
 * on its class path. Needs `java` (17 or later) and `mvn`.
 *
 * @module
 */

import { TextLineStream } from "@std/streams";

const version = "4.3.1";
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

let jars: Promise<string> | undefined;

/** The class path of Apache Kafka; the first call of a machine lets Maven fetch it. */
export function classPath(): Promise<string> {
  return jars ??= collectJars();
}

async function collectJars(): Promise<string> {
  const home = `${Deno.env.get("HOME") ?? "/tmp"}/.cache/seglog-interop/kafka-${version}`;
  try {
    await Deno.stat(`${home}/complete`);
  } catch {
    const { code, stderr, stdout } = await run("mvn", [
      ...["-B", "-q", "-f", new URL("pom.xml", folder).pathname],
      ...["dependency:copy-dependencies", "-DincludeScope=runtime"],
      `-DoutputDirectory=${home}`,
    ]);
    if (code !== 0) throw new Error(`Cannot collect Apache Kafka's jars: ${stdout}${stderr}`);
    await Deno.writeTextFile(`${home}/complete`, version);
  }
  return `${home}/*`;
}

async function run(command: string, args: readonly string[], stdin?: string): Promise<Finished> {
  const child = new Deno.Command(command, {
    args: [...args],
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

// For processes that live a second or two: no optimising compiler, the smallest collector.
const quick = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xmx256M"];
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
  /** What it has logged so far. */
  readonly lines: readonly string[];
  /** Kills it on the spot. */
  kill(): Promise<void>;
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/**
 * Starts a combined broker and controller over a log directory, formatted when it is empty.
 *
 * @param directory for the properties file and, in `data/`, the log directory
 * @param properties more broker configs
 */
export async function startBroker(
  directory: string,
  properties: Readonly<Record<string, string>> = {},
): Promise<RunningBroker> {
  const port = freePort(), controllerPort = freePort();
  const logDir = `${directory}/data`;
  const file = `${directory}/server.properties`;
  const all: Record<string, string> = {
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
  const text = Object.entries(all).map(([key, value]) => `${key}=${value}\n`).join("");
  await Deno.writeTextFile(file, text);
  await format(logDir, file);
  const child = new Deno.Command("java", {
    args: [
      ...["-Xmx512M", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"],
      "-Dorg.slf4j.simpleLogger.defaultLogLevel=info",
      ...["-cp", await classPath(), mainClass.server, file],
    ],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
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
    bootstrap: `127.0.0.1:${port}`,
    logDir,
    lines,
    kill: () => stop("SIGKILL"),
    [Symbol.asyncDispose]: () => stop("SIGTERM"),
  };
}

/** Makes a log directory that of a cluster, when it is none yet. */
async function format(logDir: string, file: string): Promise<void> {
  try {
    await Deno.stat(`${logDir}/meta.properties`);
    return;
  } catch {
    const clusterId = "MkU3OEVBNTcwNTJENDM2Qg";
    const formatted = await kafka("storage", "format", "--standalone", "-t", clusterId, "-c", file);
    if (formatted.code !== 0) throw new Error(`Cannot format ${logDir}: ${formatted.stderr}`);
  }
}
