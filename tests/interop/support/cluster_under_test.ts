/**
 * A cluster of processes: three controllers and three brokers by default, of Seglog or of Apache Kafka, each with a directory of its own and
 * fixed ports, so that a node that is started again is found where it was.
 *
 * @module
 */

import { TextLineStream } from "@std/streams";
import type { Machines } from "./machines.ts";
import { brokerCommand, formatLogDir, freePort, propertiesText } from "../kafka/apache_kafka.ts";

/** Which Kafka the nodes are. */
export type ClusterKind = "seglog" | "apache-kafka";

/** How a cluster is started. */
export interface ClusterOptions {
  /** Which Kafka. Default: as `BROKER` in the environment says, or else ours. */
  readonly kind?: ClusterKind;
  /** Nodes that are another Kafka than the others, by their ids. */
  readonly others?: Readonly<Record<number, ClusterKind>>;
  /** How many. Default: 3. */
  readonly brokers?: number;
  /** How many. Default: 3. */
  readonly controllers?: number;
  /** More configs of every node; `NODE` in a value stands for its id. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Machines for the nodes: a broker has that of its id, a controller that of its id less 100. Default: this one, for all. */
  readonly machines?: Machines;
}

/** A process of the cluster. */
export interface ClusterNode {
  /** `node.id`: brokers from 1 on, controllers from 101 on. */
  readonly id: number;
  /** What it is. */
  readonly role: "broker" | "controller";
  /** Where it listens. */
  readonly address: string;
  /** Its log directory. */
  readonly logDir: string;
  /** Whether its process is there. */
  readonly isRunning: boolean;
  /** What it has printed and logged. */
  readonly lines: readonly string[];
  /** Its process. */
  readonly pid: number;
  /** Starts it, until it says that it is ready. */
  start(): Promise<void>;
  /** Ends its process and waits for that. Default: `SIGTERM`. */
  stop(signal?: Deno.Signal): Promise<void>;
  /** Sends its process a signal: `SIGSTOP`, `SIGCONT`. */
  signal(signal: Deno.Signal): void;
}

/** The processes; disposing stops them. */
export interface ClusterUnderTest extends AsyncDisposable {
  /** Which Kafka. */
  readonly kind: ClusterKind;
  /** The brokers for clients. */
  readonly bootstrap: string;
  /** The controllers. */
  readonly controllerBootstrap: string;
  /** All nodes, brokers first. */
  readonly nodes: readonly ClusterNode[];
  /** A node by its id. */
  node(id: number): ClusterNode;
}

/** How long a process may take to start or to stop; one that does not stop is killed then. */
const PATIENCE_MS = 60_000;
const CLUSTER_ID = "MkU3OEVBNTcwNTJENDM2Qg";
const root = new URL("../../../", import.meta.url).pathname;

/** Starts a cluster; its nodes have their files in directories of `directory`. */
export async function startClusterUnderTest(
  directory: string,
  options: ClusterOptions = {},
): Promise<ClusterUnderTest> {
  const kind = options.kind ??
    (Deno.env.get("BROKER") === "apache-kafka" ? "apache-kafka" : "seglog");
  const { brokers = 3, controllers = 3, properties = {}, machines } = options;
  const addresses = new Map<number, string>();
  const ids = [
    ...Array.from({ length: brokers }, (_, i) => i + 1),
    ...Array.from({ length: controllers }, (_, i) => i + 101),
  ];
  for (const id of ids) {
    addresses.set(id, `${machines?.host(id % 100) ?? "127.0.0.1"}:${freePort()}`);
  }
  const voters = ids.filter((id) => id > 100).map((id) => `${id}@${addresses.get(id)}`).join(",");
  const nodes = ids.map((id) => {
    const role = id > 100 ? "controller" as const : "broker" as const;
    const logDir = `${directory}/node-${id}`;
    const address = addresses.get(id)!;
    const configs: Record<string, string> = {
      "process.roles": role,
      "node.id": String(id),
      "log.dirs": logDir,
      "listeners": role === "broker" ? `PLAINTEXT://${address}` : `CONTROLLER://${address}`,
      "controller.listener.names": "CONTROLLER",
      "controller.quorum.voters": voters,
      "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
      "group.initial.rebalance.delay.ms": "0",
    };
    for (const [name, value] of Object.entries(properties)) {
      configs[name] = value.replaceAll("NODE", String(id));
    }
    return new ProcessNode(
      options.others?.[id] ?? kind,
      { id, role, address, logDir },
      `${directory}/node-${id}.properties`,
      configs,
      machines?.inside(id % 100) ?? [],
    );
  });
  const stopAll = async () => {
    await Promise.all(nodes.map(async (node) => {
      if (!node.isRunning) return;
      node.signal("SIGCONT");
      // A broker that waits for a controller to let it go would wait for ever.
      await node.stop("SIGKILL");
    }));
  };
  try {
    await Promise.all(nodes.map((node) => node.start()));
  } catch (error) {
    await stopAll();
    throw error;
  }
  const list = (role: string) =>
    nodes.filter((node) => node.role === role).map(({ address }) => address).join(",");
  return {
    kind,
    bootstrap: list("broker"),
    controllerBootstrap: list("controller"),
    nodes,
    node: (id) => nodes.find((node) => node.id === id)!,
    [Symbol.asyncDispose]: stopAll,
  };
}

class ProcessNode implements ClusterNode {
  readonly #kind: ClusterKind;
  readonly #file: string;
  readonly #configs: Readonly<Record<string, string>>;
  /** What is put in front of its command. */
  readonly #inside: readonly string[];
  readonly id: number;
  readonly role: "broker" | "controller";
  readonly address: string;
  readonly logDir: string;
  readonly lines: string[] = [];
  #child: Deno.ChildProcess | undefined;
  #ended: Promise<unknown> = Promise.resolve();

  constructor(
    kind: ClusterKind,
    node: Pick<ClusterNode, "id" | "role" | "address" | "logDir">,
    file: string,
    configs: Readonly<Record<string, string>>,
    inside: readonly string[],
  ) {
    this.#inside = inside;
    this.#kind = kind;
    this.#file = file;
    this.#configs = configs;
    ({ id: this.id, role: this.role, address: this.address, logDir: this.logDir } = node);
  }

  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  async start(): Promise<void> {
    await Deno.writeTextFile(this.#file, propertiesText(this.#configs));
    await this.#format();
    const child = this.#child = (await this.#command()).spawn();
    const ready = Promise.withResolvers<void>();
    const readyLine = this.#kind === "seglog" ? " is ready on " : "Kafka Server started";
    const collect = async (stream: ReadableStream<Uint8Array>) => {
      const text = stream.pipeThrough(new TextDecoderStream());
      for await (const line of text.pipeThrough(new TextLineStream())) {
        this.lines.push(line);
        if (line.includes(readyLine)) ready.resolve();
      }
    };
    this.#ended = Promise.all([collect(child.stdout), collect(child.stderr), child.status])
      .then(([, , { code }]) => {
        this.#child = undefined;
        const said = this.lines.slice(-40).join("\n");
        ready.reject(new Error(`Node ${this.id} ended with ${code}: ${said}`));
      });
    const tooLong = setTimeout(() => {
      ready.reject(
        new Error(`Node ${this.id} does not start: ${this.lines.slice(-40).join("\n")}`),
      );
    }, PATIENCE_MS);
    try {
      await ready.promise;
    } finally {
      clearTimeout(tooLong);
    }
  }

  async stop(signal: Deno.Signal = "SIGTERM"): Promise<void> {
    this.signal(signal);
    const tooLong = setTimeout(() => this.signal("SIGKILL"), PATIENCE_MS);
    await this.#ended;
    clearTimeout(tooLong);
  }

  signal(signal: Deno.Signal): void {
    this.#child?.kill(signal);
  }

  async #format(): Promise<void> {
    if (this.#kind === "apache-kafka") {
      return await formatLogDir(this.logDir, this.#file, ["-t", CLUSTER_ID]);
    }
    const { success, stderr } = await this.#seglog([
      ...["storage", "format", "-t", CLUSTER_ID, "-c", this.#file, "--ignore-formatted"],
    ]).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
  }

  #command(): Promise<Deno.Command> {
    return this.#kind === "seglog"
      ? Promise.resolve(this.#seglog(["server-start", this.#file]))
      : brokerCommand(this.#file);
  }

  #seglog(args: readonly string[]): Deno.Command {
    const run = ["run", "-A", "--quiet", "--no-check", "--config", `${root}deno.json`];
    const [command, ...rest] = [...this.#inside, Deno.execPath(), ...run, `${root}cli.ts`, ...args];
    return new Deno.Command(command!, {
      args: rest,
      env: { NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    });
  }
}
