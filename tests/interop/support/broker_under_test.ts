/**
 * The broker that the interop tests talk to: ours, started as a process of its own as a user would.
 *
 * `BROKER=apache-kafka` runs the tests against Apache Kafka 4.3.1, which shows that they ask for nothing that it does not do;
 * `BROKER=host:port` against a broker that runs already (tests that must restart it are left out then).
 *
 * @module
 */

import { TextLineStream } from "@std/streams";
import {
  type KafkaVersion,
  nodeProperties,
  propertiesText,
  startBroker,
} from "../kafka/apache_kafka.ts";

/** Which broker it is. */
export type BrokerKind = "seglog" | "apache-kafka" | "external";

/** A broker's process; disposing stops it cleanly. */
export interface BrokerUnderTest extends AsyncDisposable {
  readonly kind: BrokerKind;
  /** `host:port` for clients. */
  readonly bootstrap: string;
  /** Its log directory. */
  readonly logDir: string;
  /** Its process; 0 for one that ran already. */
  readonly pid: number;
  /** What it has printed and logged so far. */
  readonly lines: readonly string[];
  /** Kills it on the spot. */
  kill(): Promise<void>;
}

/** How it is started. */
export interface BrokerOptions {
  /** More broker configs. */
  readonly properties?: Readonly<Record<string, string>>;
  /** A whole server.properties with a controller listener, as Apache Kafka needs it, instead of defaults and overrides. */
  readonly serverProperties?: boolean;
  /** Flags of the Java machine, when it is Apache Kafka. */
  readonly jvm?: readonly string[];
  /** Which line of Apache Kafka. Default: the newest. */
  readonly version?: KafkaVersion;
}

const root = new URL("../../../", import.meta.url).pathname;

function hasServer(): boolean {
  try {
    return Deno.statSync(`${root}cluster/cli/server_start.ts`).isFile;
  } catch {
    return false;
  }
}

/** Which broker the tests talk to. */
export function brokerKind(): BrokerKind {
  const asked = Deno.env.get("BROKER") ?? "";
  if (asked === "apache-kafka" || asked === "seglog") return asked;
  if (asked !== "") return "external";
  return hasServer() ? "seglog" : "apache-kafka";
}

/**
 * Starts the broker under test.
 *
 * @param directory for its log directory, `data/`, and a properties file
 */
export async function startBrokerUnderTest(
  directory: string,
  options: BrokerOptions = {},
): Promise<BrokerUnderTest> {
  const kind = brokerKind();
  if (kind === "external") {
    return {
      kind,
      bootstrap: Deno.env.get("BROKER")!,
      logDir: "",
      pid: 0,
      lines: [],
      kill: () => Promise.resolve(),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }
  if (kind === "apache-kafka") return await startApacheKafka(directory, options);
  return await startSeglog(directory, options);
}

/** Prints the end of what a broker said, when `work` fails. */
export async function orItsWords<T>(broker: BrokerUnderTest, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    console.log(`The broker said:\n${broker.lines.slice(-50).join("\n")}`);
    throw error;
  }
}

/** Starts Apache Kafka in the same manner. */
export async function startApacheKafka(
  directory: string,
  { properties, jvm, version }: BrokerOptions = {},
): Promise<BrokerUnderTest> {
  return { kind: "apache-kafka", ...await startBroker(directory, properties, jvm, version) };
}

/** Starts Apache Kafka of the line before. */
export function startApacheKafka39(
  directory: string,
  options: BrokerOptions = {},
): Promise<BrokerUnderTest> {
  return startApacheKafka(directory, { ...options, version: "3.9.2" });
}

/** Starts ours: `cli.ts server-start`, until it says that it is ready. */
export async function startSeglog(
  directory: string,
  { properties = {}, serverProperties = false }: BrokerOptions = {},
): Promise<BrokerUnderTest> {
  const logDir = properties["log.dirs"] ?? `${directory}/data`;
  const configs: Readonly<Record<string, string>> = serverProperties
    ? nodeProperties(logDir, properties)
    : { "listeners": "PLAINTEXT://127.0.0.1:0", "log.dirs": logDir, ...properties };
  const file = `${directory}/server.properties`;
  if (serverProperties) await Deno.writeTextFile(file, propertiesText(configs));
  const overrides = Object.entries(configs)
    .flatMap(([name, value]) => ["--override", `${name}=${value}`]);
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--quiet", "--config", `${root}deno.json`, `${root}cli.ts`, "server-start"],
      ...(serverProperties ? [file] : overrides),
    ],
    cwd: directory,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const lines: string[] = [];
  const ready = Promise.withResolvers<string>();
  const collect = async (stream: ReadableStream<Uint8Array>) => {
    const text = stream.pipeThrough(new TextDecoderStream());
    for await (const line of text.pipeThrough(new TextLineStream())) {
      lines.push(line);
      const address = /\bready on PLAINTEXT:\/\/([^\s:]+:\d+)/.exec(line)?.[1];
      if (address !== undefined) ready.resolve(address);
    }
  };
  const ended = Promise.all([collect(child.stdout), collect(child.stderr), child.status])
    .then(([, , status]) => {
      ready.reject(new Error(`The broker ended with ${status.code}: ${lines.join("\n")}`));
    });
  const bootstrap = await ready.promise;
  const stop = async (signal: Deno.Signal) => {
    try {
      child.kill(signal);
    } catch {
      // It has ended before.
    }
    await ended;
  };
  return {
    kind: "seglog",
    bootstrap,
    logDir,
    pid: child.pid,
    lines,
    kill: () => stop("SIGKILL"),
    [Symbol.asyncDispose]: () => stop("SIGTERM"),
  };
}
