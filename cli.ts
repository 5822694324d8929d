/**
 * `seglog <tool> …`: the command line. Tools have the names of Kafka's `kafka-<tool>.sh`; the prefix and the `.sh` may
 * be written too.
 *
 * ```sh
 * deno run -A cli.ts dump-log --print-data-log --files ./data/topic-0/00000000000000000000.log
 * ```
 *
 * @module
 */

import { CLIENT_TOOLS } from "./client/cli/tools.ts";
import { CLUSTER_TOOLS } from "./cluster/cli/tools.ts";
import { withCompletion } from "./storage/cli/completion_tool.ts";
import { systemEnv } from "./storage/system_env.ts";
import { StopRequest, type ToolIo } from "./storage/cli/tool.ts";
import { STORAGE_TOOLS } from "./storage/cli/tools.ts";

const TOOLS = withCompletion([...CLUSTER_TOOLS, ...CLIENT_TOOLS, ...STORAGE_TOOLS]);

const encoder = new TextEncoder();

interface Sink {
  writeSync(bytes: Uint8Array): number;
}

function writeBytes(to: Sink, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += to.writeSync(bytes.subarray(at));
}

function write(to: Sink, text: string): void {
  writeBytes(to, encoder.encode(text));
}

/** Whether somebody still reads what is written. */
function isRead(write: () => void): boolean {
  try {
    write();
    return true;
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
    return false;
  }
}

/** Aborts when the process is asked to end; whoever asks again ends it at once. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  const signals = Deno.build.os === "windows"
    ? ["SIGINT"] as const
    : ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) {
    const listener = () => {
      Deno.removeSignalListener(signal, listener);
      stop.abort(new StopRequest(signal));
    };
    Deno.addSignalListener(signal, listener);
  }
  return stop.signal;
}

function processIo(): ToolIo {
  const io: ToolIo = {
    env: systemEnv(),
    workingDirectory: Deno.cwd(),
    stdout: (text) => write(Deno.stdout, `${text}\n`),
    stderr: (text) => write(Deno.stderr, `${text}\n`),
    environment: (name) => Deno.env.get(name),
    stopSignal,
    stdin: () => Deno.stdin.readable,
    stdoutBytes: (bytes) => isRead(() => writeBytes(Deno.stdout, bytes)),
    isTerminal: Deno.stdin.isTerminal() && Deno.stdout.isTerminal(),
  };
  if (!Deno.stderr.isTerminal()) return io;
  return { ...io, progress: (text) => write(Deno.stderr, `\r\x1b[K${text}`) };
}

async function main(args: readonly string[]): Promise<number> {
  const [given, ...rest] = args;
  const name = given?.replace(/^kafka-/, "").replace(/\.sh$/, "");
  const tool = TOOLS.find((tool) => tool.name === name);
  if (tool !== undefined) return await tool.run(rest, processIo());
  const lines = TOOLS.map(({ name, summary }) => `  ${name.padEnd(22)}${summary}`);
  const head = given === undefined || given === "--help" ? [] : [`Unknown tool: ${given}`];
  write(Deno.stderr, [...head, "Usage: seglog TOOL [argument]...", ...lines, ""].join("\n"));
  return given === "--help" ? 0 : 1;
}

if (import.meta.main) {
  try {
    // A read of standard input that nobody waits for any more would keep the process.
    Deno.exit(await main(Deno.args));
  } catch (error) {
    // The reader of a pipe, such as head, may leave before the end.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
