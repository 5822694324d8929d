/**
 * The clients of other hands: installed once at a fixed version, and each run over a plan.
 *
 * @module
 */

import { javaFile, type KafkaVersion, run } from "../kafka/apache_kafka.ts";
import { cached, digestOf, runToEnd } from "./cache.ts";
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
async function pythonEnvironment(): Promise<string> {
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

/** The program of `clients/franz_go`, built. */
async function goProgram(): Promise<string> {
  const files = ["go.mod", "go.sum", "main.go"].map((file) => `${folder}franz_go/${file}`);
  const home = await cached(`franz-go-${await digestOf(files)}`, async (home) => {
    const go = await runToEnd("go", ["version"]).then(() => "go", () => "/usr/local/go/bin/go");
    await runToEnd(go, ["build", "-o", `${home}/run_plan`, "."], { cwd: `${folder}franz_go` });
  });
  return `${home}/run_plan`;
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
      const modules = await nodeModules();
      const arch = Deno.build.arch === "aarch64" ? "arm64" : "x64";
      const node = `${modules}/node_modules/node-${Deno.build.os}-${arch}/bin/node`;
      const args = [`CLIENT_MODULES=${modules}`, node, `${folder}node/${program}`, bootstrap];
      return await carryOut("env", args, plan);
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
    run: async (bootstrap, plan) => await carryOut(await goProgram(), [bootstrap], plan),
  },
];
