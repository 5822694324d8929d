/**
 * Our tools in the place of Apache Kafka's.
 *
 * @module
 */

import type { ClientToolIo } from "../../../client/cli/client_tool.ts";
import { CLIENT_TOOLS } from "../../../client/cli/tools.ts";
import { CLUSTER_TOOLS } from "../../../cluster/cli/tools.ts";
import { STORAGE_TOOLS } from "../../../storage/cli/tools.ts";
import { systemEnv } from "../../../storage/system_env.ts";
import type { Finished } from "../kafka/apache_kafka.ts";
import type { ToolRunner } from "../kafka/tool_runner.ts";

const TOOLS = [...CLUSTER_TOOLS, ...CLIENT_TOOLS, ...STORAGE_TOOLS];

/** Whether a tool is ours to run. */
export function isOurs(tool: string): boolean {
  return TOOLS.some(({ name }) => name === tool);
}

/** Runs one of our tools in this process, over TCP. */
export async function runOurs(
  tool: string,
  args: readonly string[],
  workingDirectory: string,
  input = "",
): Promise<Finished> {
  const decoder = new TextDecoder();
  let [stdout, stderr] = ["", ""];
  const io: ClientToolIo = {
    env: systemEnv(),
    workingDirectory,
    stdout: (text) => void (stdout += `${text}\n`),
    stderr: (text) => void (stderr += `${text}\n`),
    stdin: () => new Response(input).body!,
    stdoutBytes(bytes) {
      stdout += decoder.decode(bytes, { stream: true });
      return true;
    },
  };
  const code = await TOOLS.find(({ name }) => name === tool)!.run(args, io);
  return { code, stdout, stderr };
}

/** Runs our tools where we have them, and those of the other runner elsewhere. */
export function ownToolRunner(java: ToolRunner, workingDirectory: string): ToolRunner {
  return {
    ...java,
    run: (tool, args, input) =>
      isOurs(tool) ? runOurs(tool, args, workingDirectory, input) : java.run(tool, args, input),
    [Symbol.asyncDispose]: () => java[Symbol.asyncDispose](),
  };
}
