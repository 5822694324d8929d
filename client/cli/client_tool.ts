/**
 * What the tools of the client layer have in common.
 *
 * @module
 */

import { LineOutput, type ToolIo } from "../../storage/cli/tool.ts";
import type { Transport } from "../network/transport.ts";

/** What a tool of the client layer may touch. */
export interface ClientToolIo extends ToolIo {
  /** The network. Default: TCP. */
  readonly transport?: Transport;
}

/** The release of Kafka whose tools these are, which is what `--version` prints. */
export const KAFKA_VERSION = "4.3.1";

/** Ends a tool at once, with what it prints. */
export class ToolExit extends Error {
  /** The exit status. */
  readonly status: number;
  /** For standard output. */
  readonly stdout: string | undefined;
  /** For standard error. */
  readonly stderr: string | undefined;

  /** The exit status, and what is printed before. */
  constructor(
    status: number,
    printed: { readonly stdout?: string; readonly stderr?: string } = {},
  ) {
    super(`exit ${status}`);
    this.status = status;
    this.stdout = printed.stdout;
    this.stderr = printed.stderr;
  }
}

/**
 * Runs the body of a tool.
 *
 * @param failed prints what the body has thrown and gives the exit status, as this tool does it; throws what it does not know
 */
export async function runClientTool(
  io: ClientToolIo,
  body: (output: LineOutput) => number | Promise<number>,
  failed: (error: unknown, output: LineOutput) => number,
): Promise<number> {
  const output = new LineOutput(io);
  try {
    return await body(output);
  } catch (error) {
    if (!(error instanceof ToolExit)) return failed(error, output);
    if (error.stdout !== undefined) output.print(error.stdout);
    if (error.stderr !== undefined) output.printError(error.stderr);
    return error.status;
  } finally {
    output.flush();
  }
}
