/**
 * Apache Kafka's verifiable producer and consumer as processes: what they tell, line for line.
 *
 * @module
 */

import { TextLineStream } from "@std/streams";
import { classPath, quick } from "../kafka/apache_kafka.ts";

/** Something that one of them tells. */
export interface ToldEvent {
  readonly name: string;
  readonly partition?: number;
  readonly offset?: number;
  readonly value?: string;
}

/** One that runs; disposing ends it on the spot. */
export interface VerifiableTool extends AsyncDisposable {
  /** What it has told so far. */
  readonly told: readonly ToldEvent[];
  /** Ends it as an operator does; resolves when it has told everything. */
  stop(): Promise<void>;
}

/** Starts one, which goes on until it is stopped. */
export async function startVerifiable(
  tool: "VerifiableProducer" | "VerifiableConsumer",
  args: readonly string[],
): Promise<VerifiableTool> {
  const child = new Deno.Command("java", {
    args: [
      ...[...quick, "-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-cp", await classPath()],
      ...[`org.apache.kafka.tools.${tool}`, ...args],
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const told: ToldEvent[] = [];
  const collect = async () => {
    const lines = child.stdout.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream());
    for await (const line of lines) {
      if (line.startsWith("{")) told.push(JSON.parse(line));
    }
  };
  const ended = Promise.all([collect(), child.status]);
  const end = async (signal: Deno.Signal) => {
    try {
      child.kill(signal);
    } catch {
      // It has ended before.
    }
    await ended;
  };
  return {
    told,
    stop: () => end("SIGTERM"),
    [Symbol.asyncDispose]: () => end("SIGKILL"),
  };
}
