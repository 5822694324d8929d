/**
 * What a command-line tool is: a function of its arguments and of what it may touch. Nothing in a tool reaches for
 * the process; `cli.ts` does, so that tests run tools in their own process.
 *
 * @module
 */

import type { Env } from "../env.ts";
import { type ErrorCode, StorageError } from "../errors.ts";

/** What a tool may touch. */
export interface ToolIo {
  /** Clock, files, randomness and the engine's own log lines. */
  readonly env: Env;
  /** Writes to standard output: one or more lines, without the newline of the last. */
  stdout(text: string): void;
  /** Writes to standard error: one or more lines, without the newline of the last. */
  stderr(text: string): void;
  /** Where relative paths start; Kafka's tools print absolute paths in some messages. Default: `/`. */
  readonly workingDirectory?: string;
  /** A variable of the environment, for configurations that name one. Default: none is set. */
  environment?(name: string): string | undefined;
  /** Shows how far a long job is, on a terminal only: replaces what it showed before, `""` clears it. */
  progress?(text: string): void;
  /**
   * Aborts when the process is told to stop, with a {@linkcode StopRequest}. Who asks for it answers for the stop; the process does not end by itself
   * then. Default: nobody tells.
   */
  stopSignal?(): AbortSignal;
  /** What comes in on standard input. Default: nothing. */
  stdin?(): AsyncIterable<Uint8Array>;
  /**
   * Writes bytes to standard output as they are. Default: they go nowhere.
   *
   * @returns whether there is still somebody who reads them
   */
  stdoutBytes?(bytes: Uint8Array): boolean;
  /** Whether standard input and standard output are a terminal, at which somebody has to be asked for input. Default: no. */
  readonly isTerminal?: boolean;
}

/** The process is told to stop. */
export class StopRequest extends Error {
  /** The exit status of who ends because of it: 128 and the number of the signal, as Java's machine has it. */
  readonly status: number;

  /** Told so by a signal. */
  constructor(signal: "SIGINT" | "SIGTERM") {
    super(`Told to stop by ${signal}`);
    this.status = signal === "SIGINT" ? 130 : 143;
  }
}

/**
 * Runs a tool.
 *
 * @param args the arguments behind the tool's name
 * @returns the exit status
 */
export type Tool = (args: readonly string[], io: ToolIo) => Promise<number>;

/** Ends a tool with one line on standard error and an exit status. */
export class ToolFailure extends StorageError {
  /** The exit status. */
  readonly status: number;

  /**
   * @param line what standard error gets, as one line
   * @param status the exit status
   */
  constructor(line: string, status = 1, options?: ErrorOptions) {
    const code: ErrorCode = "UNKNOWN_SERVER_ERROR";
    super(code, line, options);
    this.status = status;
  }
}

/** What stands for a Java exception that a tool may catch, and print in its own way. */
export class UncaughtFailure extends ToolFailure {
  /** The Java class of the exception. */
  readonly className: string;
  /** What the exception says. */
  readonly detail: string | undefined;

  /**
   * The failure that Kafka's Java tools show when nothing catches an exception.
   *
   * @param className the Java class of the exception
   * @param detail what the exception says
   */
  constructor(className: string, detail?: string, options?: ErrorOptions) {
    const text = detail === undefined ? className : `${className}: ${detail}`;
    super(`Exception in thread "main" ${text}`, 1, options);
    this.className = className;
    this.detail = detail;
  }
}

/**
 * The failure that Kafka's Java tools show when nothing catches an exception.
 *
 * @param className the Java class of the exception
 */
export function uncaught(
  className: string,
  message?: string,
  options?: ErrorOptions,
): UncaughtFailure {
  return new UncaughtFailure(className, message, options);
}

/** Joins output lines, because one write for each would cost more than all the rest. */
export class LineOutput {
  readonly #io: ToolIo;
  #lines: string[] = [];
  #length = 0;

  constructor(io: ToolIo) {
    this.#io = io;
  }

  /** A line for standard output. */
  print(line: string): void {
    this.#lines.push(line);
    this.#length += line.length;
    if (this.#length >= FLUSH_CHARACTERS) this.flush();
  }

  /** A line for standard error, after what was printed so far. */
  printError(line: string): void {
    this.flush();
    this.#io.stderr(line);
  }

  /** Hands on what was printed so far. */
  flush(): void {
    if (this.#lines.length === 0) return;
    this.#io.stdout(this.#lines.join("\n"));
    this.#lines = [];
    this.#length = 0;
  }
}

const FLUSH_CHARACTERS = 256 * 1024;

/** Turns what a tool throws into its line on standard error and its exit status. */
export async function runTool(
  io: ToolIo,
  body: (output: LineOutput) => number | Promise<number>,
): Promise<number> {
  const output = new LineOutput(io);
  try {
    return await body(output);
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    output.printError([oneLine(error.message), ...causesOf(error)].join("\n"));
    return error instanceof ToolFailure ? error.status : 1;
  } finally {
    output.flush();
  }
}

/** The causes of an exception that nothing has caught, as Java prints them. */
function causesOf(error: StorageError): string[] {
  if (!(error instanceof UncaughtFailure && error.cause instanceof UncaughtFailure)) return [];
  const { cause } = error;
  return [cause.message.replace('Exception in thread "main"', "Caused by:"), ...causesOf(cause)];
}

function oneLine(text: string): string {
  return text.includes("\n") && !text.includes("\nOption ") ? text.replaceAll("\n", " ") : text;
}
