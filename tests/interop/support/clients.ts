/**
 * The clients of other hands: installed once at a fixed version, and each run over a plan.
 *
 * @module
 */

import { classPath, javaFile, type KafkaVersion, quick, run } from "../kafka/apache_kafka.ts";
import { cached, digestOf, runToEnd } from "./cache.ts";
import { GroupMember, type GroupMemberOptions } from "./group_member.ts";
import type { Step, StepResult } from "./plan.ts";

const folder = new URL("../clients/", import.meta.url).pathname;

/** A client that carries out plans. */
export interface Client {
  /** As in a topic's name. */
  readonly name: string;
  /** What it does not let pass. */
  readonly refuses: readonly ("null header" | "empty record")[];
  /** What the client's program prints for a plan. */
  run(bootstrap: string, plan: readonly Step[]): Promise<readonly StepResult[]>;
}

/** A client that the broker has made wait for ever must not do that to the suite. */
const LONGEST_MS = 90_000;

async function carryOut(
  command: string,
  args: readonly string[],
  plan: readonly Step[],
): Promise<readonly StepResult[]> {
  const finished = await run(command, args, JSON.stringify(plan), AbortSignal.timeout(LONGEST_MS));
  return parsed(finished, `${command} ${args.join(" ")}`);
}

function parsed(
  { code, stdout, stderr }: { code: number; stdout: string; stderr: string },
  what: string,
): readonly StepResult[] {
  if (code !== 0) throw new Error(`${what} ended with ${code}: ${stderr.slice(-4000)}`);
  return JSON.parse(stdout) as readonly StepResult[];
}

/** Python packages in a virtual environment of their own. */
export async function pythonEnvironment(): Promise<string> {
  const packages = [
    ...["kafka-python==3.0.12", "confluent-kafka==2.16.1"],
    // The codecs that kafka-python leaves to others.
    ...["python-snappy==0.7.3", "cramjam==2.14.0", "lz4==4.4.5", "zstandard==0.25.0"],
    "crc32c==2.9.post0",
  ];
  return await cached("python-kafka-3.0.12-confluent-2.16.1", async (home) => {
    await runToEnd("python3", ["-m", "venv", home]);
    await runToEnd(`${home}/bin/pip`, ["install", "--quiet", "--no-input", ...packages]);
  });
}

/** Packages of `clients/node`, Node.js itself among them: what comes with a system may be too old for them. */
async function nodeModules(): Promise<string> {
  const files = [`${folder}node/package.json`, `${folder}node/package-lock.json`];
  return await cached(`node-${await digestOf(files)}`, async (home) => {
    for (const file of files) await Deno.copyFile(file, `${home}/${file.split("/").at(-1)}`);
    await runToEnd("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: home });
  });
}

/** What `env` is told to run a program in Node.js; one that is not named by its full path is of `clients/node`. */
export async function nodeArgs(program: string): Promise<string[]> {
  const modules = await nodeModules();
  const arch = Deno.build.arch === "aarch64" ? "arm64" : "x64";
  const node = `${modules}/node_modules/node-${Deno.build.os}-${arch}/bin/node`;
  const file = program.startsWith("/") ? program : `${folder}node/${program}`;
  return [`CLIENT_MODULES=${modules}`, node, file];
}

/** The folder with the programs of `clients/franz_go`, built. */
async function goPrograms(): Promise<string> {
  const files = ["go.mod", "go.sum", "main.go", "group_member/main.go"]
    .map((file) => `${folder}franz_go/${file}`);
  const home = await cached(`franz-go-${await digestOf(files)}`, async (home) => {
    const go = await runToEnd("go", ["version"]).then(() => "go", () => "/usr/local/go/bin/go");
    for (const [program, path] of [["run_plan", "."], ["group_member", "./group_member"]]) {
      await runToEnd(go, ["build", "-o", `${home}/${program}`, path!], {
        cwd: `${folder}franz_go`,
      });
    }
  });
  return home;
}

function javaClient(version: KafkaVersion): Client {
  return {
    name: `java-${version}`,
    refuses: [],
    async run(bootstrap, plan) {
      const input = JSON.stringify(plan);
      const jvm = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx512M"];
      const file = `${folder}java/RunPlan.java`;
      const signal = AbortSignal.timeout(LONGEST_MS);
      return parsed(await javaFile(file, [bootstrap], { version, input, jvm, signal }), file);
    },
  };
}

function pythonClient(name: string, refuses: Client["refuses"]): Client {
  const program = `${folder}${name.replace("-", "_")}/run_plan.py`;
  return {
    name,
    refuses,
    async run(bootstrap, plan) {
      return await carryOut(
        `${await pythonEnvironment()}/bin/python`,
        [program, bootstrap],
        plan,
      );
    },
  };
}

function nodeClient(name: string, program: string, refuses: Client["refuses"]): Client {
  return {
    name,
    refuses,
    async run(bootstrap, plan) {
      return await carryOut("env", [...await nodeArgs(program), bootstrap], plan);
    },
  };
}

/** All of them; the first one is Apache Kafka's own of the newest line. */
export const CLIENTS: readonly Client[] = [
  javaClient("4.3.1"),
  javaClient("3.9.2"),
  pythonClient("kafka-python", ["null header", "empty record"]),
  pythonClient("confluent-kafka", []),
  nodeClient("kafkajs", "kafkajs_plan.mjs", ["null header"]),
  nodeClient("platformatic-kafka", "platformatic_plan.mjs", []),
  {
    name: "franz-go",
    refuses: [],
    run: async (bootstrap, plan) =>
      await carryOut(`${await goPrograms()}/run_plan`, [bootstrap], plan),
  },
  {
    name: "seglog",
    refuses: [],
    run: async (bootstrap, plan) =>
      await carryOut(
        Deno.execPath(),
        ["run", "--quiet", "--no-check", "-A", `${folder}seglog/run_plan.ts`, bootstrap],
        plan,
      ),
  },
];

/** A client that joins groups. */
export interface GroupClient {
  /** As in a group's name. */
  readonly name: string;
  /** The assignors that it is tried with. */
  readonly assignors: readonly string[];
  /** Whether it has `group.instance.id`. */
  readonly isStatic: boolean;
  /** Whether it notices partitions that are added to a topic, every time. */
  readonly seesNewPartitions: boolean;
  /** Whether it may give records twice that it had not committed when there was a rebalance. */
  readonly readsAgain?: boolean;
  /** Starts a member. */
  start(options: GroupMemberOptions): Promise<GroupMember>;
}

const EVERY_KIND = ["range", "roundrobin", "cooperative-sticky"] as const;

function javaGroupClient(version: KafkaVersion, assignors: readonly string[]): GroupClient {
  return {
    name: `java-${version}`,
    assignors,
    isStatic: true,
    seesNewPartitions: true,
    async start(options) {
      const logging = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn";
      const args = [...quick, logging, "-cp", await classPath(version)];
      return new GroupMember("java", [...args, `${folder}java/GroupMember.java`], options);
    },
  };
}

/** Our own client. */
export const SEGLOG_GROUP_CLIENT: GroupClient = {
  name: "seglog",
  assignors: [...EVERY_KIND, "sticky"],
  isStatic: true,
  seesNewPartitions: true,
  start: (options) => {
    const program = `${folder}seglog/group_member.ts`;
    const args = ["run", "--quiet", "--no-check", "-A", program];
    return Promise.resolve(new GroupMember(Deno.execPath(), args, options));
  },
};

/** All that have groups. That of kafka-python loses its way in rebalances now and then, with Apache Kafka as well. */
export const GROUP_CLIENTS: readonly GroupClient[] = [
  SEGLOG_GROUP_CLIENT,
  javaGroupClient("4.3.1", [...EVERY_KIND, "sticky"]),
  javaGroupClient("3.9.2", ["range", "cooperative-sticky"]),
  {
    name: "confluent-kafka",
    assignors: EVERY_KIND,
    isStatic: true,
    seesNewPartitions: true,
    start: async (options) => {
      const program = `${folder}confluent_kafka/group_member.py`;
      return new GroupMember(`${await pythonEnvironment()}/bin/python`, [program], options);
    },
  },
  {
    name: "kafkajs",
    // By that name it has an assignor of its own.
    assignors: ["roundrobin"],
    isStatic: false,
    seesNewPartitions: true,
    start: async (options) => new GroupMember("env", await nodeArgs("kafkajs_member.mjs"), options),
  },
  {
    name: "platformatic-kafka",
    assignors: ["roundrobin"],
    isStatic: true,
    seesNewPartitions: false,
    readsAgain: true,
    start: async (options) =>
      new GroupMember("env", await nodeArgs("platformatic_member.mjs"), options),
  },
  {
    name: "franz-go",
    assignors: [...EVERY_KIND, "sticky"],
    isStatic: true,
    seesNewPartitions: true,
    start: async (options) => new GroupMember(`${await goPrograms()}/group_member`, [], options),
  },
];

/** A client that copies in transactions. */
export interface Copier {
  /** Its name. */
  readonly name: string;
  /** How long it takes to be at work, ms, about. */
  readonly startMs: number;
  /** Starts the copy; it goes on until it is killed. */
  start(options: string): Promise<Deno.ChildProcess>;
}

function spawned(command: string, args: readonly string[]): Deno.ChildProcess {
  return new Deno.Command(command, {
    args: [...args],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** All that are tried. */
export const COPIERS: readonly Copier[] = [
  {
    name: "seglog",
    startMs: 400,
    start: (options) => {
      const program = `${folder}seglog/copy_exactly_once.ts`;
      return Promise.resolve(
        spawned(Deno.execPath(), ["run", "--quiet", "--no-check", "-A", program, options]),
      );
    },
  },
  {
    name: "java-4.3.1",
    startMs: 1500,
    async start(options) {
      const home = await javaClasses("CopyExactlyOnce");
      const path = `${home}:${await classPath()}`;
      return spawned("java", [...quick, "-cp", path, "CopyExactlyOnce", options]);
    },
  },
  {
    name: "confluent-kafka",
    startMs: 600,
    async start(options) {
      const program = `${folder}confluent_kafka/copy_exactly_once.py`;
      return spawned(`${await pythonEnvironment()}/bin/python`, [program, options]);
    },
  },
];

/** A program of `clients/java`, compiled: one that is started again and again. */
async function javaClasses(program: string): Promise<string> {
  const file = `${folder}java/${program}.java`;
  return await cached(`java-${await digestOf([file])}`, async (home) => {
    await runToEnd("javac", ["-d", home, "-cp", await classPath(), file]);
  });
}
