/** Runs the tools of the client layer inside a test, against a broker in memory, and holds them to what Apache Kafka's tools printed. */

import { assertEquals } from "@std/assert";
import { CLIENT_TOOLS } from "../../client/cli/tools.ts";
import type { ClientToolIo } from "../../client/cli/client_tool.ts";
import type { Address } from "../../client/network/transport.ts";
import { readTextFile, writeTextFile } from "../../storage/file/text_file.ts";
import {
  commandOf,
  comparable,
  type Placeholders,
  transcript,
} from "../interop/support/cli_fixtures.ts";
import { type BrokerAndClient, startBroker, withController } from "./broker.ts";

const fixtures = new URL("../fixtures/cli/", import.meta.url);

/** Where the files are that commands name. */
const DIRECTORY = "/cli-files";

/** The node that the fixtures were made with. */
const PROPERTIES = {
  ...withController,
  "node.id": "0",
  "group.initial.rebalance.delay.ms": "0",
  "offsets.topic.num.partitions": "1",
  "transaction.state.log.num.partitions": "1",
};

/** What a tool did. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A broker, and tools to use on it. */
export interface ToolsAndBroker extends BrokerAndClient {
  /** `host:port`. */
  readonly bootstrap: string;
  /** Runs a tool. */
  run(tool: string, ...args: readonly string[]): Promise<Finished>;
  /** Runs a tool that reads standard input. */
  pipe(input: string, tool: string, ...args: readonly string[]): Promise<Finished>;
  /** Runs the command of a fixture; fails when it prints something else. */
  replay(name: string): Promise<void>;
  /** Writes a file that commands name. */
  writeFile(name: string, text: string): void;
}

const text = ({ host, port }: Address) => `${host}:${port}`;

const encoder = new TextEncoder();

/** Standard input that brings these pieces. */
export async function* stream(pieces: Iterable<Uint8Array>): AsyncIterableIterator<Uint8Array> {
  yield* pieces;
}

/** Runs a tool; collects what it prints. */
export async function runTool(
  tool: string,
  args: readonly string[],
  io: Pick<ClientToolIo, "env"> & Partial<ClientToolIo>,
): Promise<Finished> {
  const entry = CLIENT_TOOLS.find(({ name }) => name === tool);
  if (entry === undefined) throw new Error(`There is no tool ${tool}`);
  const decoder = new TextDecoder();
  let [stdout, stderr] = ["", ""];
  const code = await entry.run(args, {
    stdout: (text) => void (stdout += `${text}\n`),
    stderr: (text) => void (stderr += `${text}\n`),
    stdoutBytes(bytes) {
      stdout += decoder.decode(bytes, { stream: true });
      return true;
    },
    ...io,
  } as ClientToolIo);
  return { code, stdout, stderr };
}

/** Starts a broker as the one that the fixtures were made with. */
export async function startTools(
  properties: Readonly<Record<string, string>> = {},
): Promise<ToolsAndBroker> {
  const dir = `${DIRECTORY}/node/data`;
  const started = await startBroker({ ...PROPERTIES, ...properties }, { dir });
  const { broker, env, transport } = started;
  const meta = readTextFile(env.fileSystem, `${dir}/meta.properties`)!;
  const controller = broker.endpoints.find(({ listenerName }) => listenerName === "CONTROLLER")!;
  const places: Placeholders = {
    bootstrap: text(broker.address),
    controller: text(controller),
    directory: DIRECTORY,
    directoryId: /^directory\.id=(.*)$/m.exec(meta)![1]!,
    clusterId: broker.clusterId,
  };
  const io = { env, transport, workingDirectory: DIRECTORY };
  const pipe = (input: string, tool: string, ...args: readonly string[]) =>
    runTool(tool, args, { ...io, stdin: () => stream([encoder.encode(input)]) });
  return {
    ...started,
    bootstrap: places.bootstrap,
    run: (tool, ...args) => runTool(tool, args, io),
    pipe,
    writeFile: (name, text) => writeTextFile(env.fileSystem, `${DIRECTORY}/${name}`, text),
    async replay(name) {
      const fixture = await Deno.readTextFile(new URL(`${name}.txt`, fixtures));
      const { tool, args, input } = commandOf(fixture, places);
      const finished = await pipe(input, tool, ...args);
      const head = fixture.slice(0, fixture.indexOf("\n") + 1);
      assertEquals(
        comparable(name, head + transcript(finished, places)),
        comparable(name, fixture),
        name,
      );
    },
    [Symbol.asyncDispose]: () => started[Symbol.asyncDispose](),
  };
}
