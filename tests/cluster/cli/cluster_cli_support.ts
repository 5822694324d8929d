/** Runs the cluster layer's tools inside a test. */

import type { Tool } from "../../../storage/cli/tool.ts";
import { type ManualEnv, manualEnv } from "../../support/manual_env.ts";

export const CLUSTER_ID = "MkU3OEVBNTcwNTJENDM2Qg";

/** What a tool did. */
export interface ToolRun {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a tool in a world in memory. */
export async function run(tool: Tool, env: ManualEnv, ...args: string[]): Promise<ToolRun> {
  let stdout = "";
  let stderr = "";
  const io = {
    env,
    stdout: (text: string) => void (stdout += `${text}\n`),
    stderr: (text: string) => void (stderr += `${text}\n`),
  };
  const status = await tool(args, io);
  return { status, stdout, stderr };
}

/** A golden output of `tests/fixtures/cli/`: the arguments and what came of them. */
export function golden(name: string): ToolRun & { readonly args: string[] } {
  const path = new URL(`../../fixtures/cli/${name}`, import.meta.url);
  const text = Deno.readTextFileSync(path);
  const args = text.slice(0, text.indexOf("\n")).split(" ").slice(3);
  const [outputs, status] = text.slice(text.indexOf("\n") + 1).split("[rc] ") as [string, string];
  const [stdout, stderr = ""] = outputs.split("[stderr]\n") as [string, string?];
  return { args, stdout, stderr, status: Number(status) };
}

/** The configuration of the node that the golden outputs come from, with node id 0. */
export const GOLDEN_CONFIG = [
  "process.roles=broker,controller",
  "node.id=0",
  "log.dirs=DIR/node/data",
  "listeners=PLAINTEXT://127.0.0.1:19092,CONTROLLER://127.0.0.1:19093",
  "controller.listener.names=CONTROLLER",
  "controller.quorum.bootstrap.servers=127.0.0.1:19093",
  "listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
];

/** A world with configuration files. */
export function withFiles(files: Readonly<Record<string, readonly string[]>>): ManualEnv {
  const env = manualEnv();
  for (const [path, lines] of Object.entries(files)) {
    env.fileSystem.makeDirectory(path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "/");
    const file = env.fileSystem.open(path, { create: true });
    file.write(0, new TextEncoder().encode(lines.map((line) => `${line}\n`).join("")));
    file.close();
  }
  return env;
}
