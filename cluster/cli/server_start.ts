/**
 * `seglog server-start`: runs a node until it is told to stop, as Kafka's `kafka-server-start.sh`.
 *
 * @module
 */

import { addressText, NetworkError } from "../../client/network/transport.ts";
import { KafkaError } from "../../client/protocol/error_codes.ts";
import {
  type OptionDefinition,
  type ParsedOptions,
  parseOptions,
  plainly,
} from "../../storage/cli/option_parser.ts";
import {
  type LineOutput,
  runTool,
  type Tool,
  ToolFailure,
  type ToolIo,
} from "../../storage/cli/tool.ts";
import type { Env, Logger } from "../../storage/env.ts";
import { InvalidConfigError, LogDirError, LogUnavailableError } from "../../storage/errors.ts";
import { logLine } from "../../storage/system_env.ts";
import { loadServerProperties } from "../config/server_properties.ts";
import { Broker, type BrokerOptions } from "../server/broker.ts";
import type { ListenerAddress } from "../server/socket_server.ts";

/** What the tool needs of a running node. */
export interface RunningNode {
  /** The listeners, with the ports that they got. */
  readonly endpoints: readonly ListenerAddress[];
  /** Its id. */
  readonly nodeId: number;
  /** Its configs. */
  readonly config: { readonly logDirs: readonly string[] };
  /** Resolves with the reason once it has stopped by itself. */
  readonly failure: Promise<Error>;
  /** Stops it cleanly. */
  shutdown(): Promise<void>;
}

/** Starts a node. */
export type StartNode = (options: BrokerOptions) => Promise<RunningNode>;

/** The options; the usage text tells what they do. */
export const SERVER_START_OPTIONS: readonly OptionDefinition[] = [
  { name: "override", description: "", argument: "required" },
  { name: "help", description: "" },
];

const USAGE = `USAGE: seglog server-start [server.properties] [--override property=value]*

Runs a Kafka until it is told to stop by SIGTERM or SIGINT. Without a file it is a node of its own on localhost:9092 with its data in ./data.

--override property=value    Takes the place of the property in the file; may be given more than once.
--help                       Print usage information.`;

/** Runs the tool. */
export const serverStartTool: Tool = serverStart((options) => Broker.start(options));

/** The tool, with whatever starts a node. */
export function serverStart(startNode: StartNode): Tool {
  return (args, io) =>
    runTool(io, async (output) => {
      const options = plainly(() => parseOptions(args, SERVER_START_OPTIONS));
      if (options.has("help")) {
        output.print(USAGE);
        return 0;
      }
      const stop = io.stopSignal?.();
      const node = await start(startNode, options, io);
      try {
        announce(node, output);
        const failure = await Promise.race([until(stop), node.failure]);
        if (failure !== undefined) throw new ToolFailure(failure.message, 1, { cause: failure });
      } finally {
        await node.shutdown();
      }
      return 0;
    });
}

async function start(
  startNode: StartNode,
  options: ParsedOptions,
  io: ToolIo,
): Promise<RunningNode> {
  const env: Env = { ...io.env, logger: loggerTo(io) };
  const [file, ...more] = options.rest;
  if (more.length > 0) {
    throw new ToolFailure(`Found non argument parameters: ${more.join(", ")}`);
  }
  try {
    const properties = loadServerProperties(
      { fileSystem: env.fileSystem, environment: (name) => io.environment?.(name) },
      file,
      options.valuesOf("override"),
    );
    if (file !== undefined && properties["process.roles"] === undefined) {
      throw new InvalidConfigError(
        'Missing required configuration "process.roles" which has no default value.',
      );
    }
    return await startNode({ properties, env, logLevel: "WARN" });
  } catch (error) {
    throw withAdvice(error, file);
  }
}

/** Lines go to standard error: which ones, the node's loggers decide. */
function loggerTo(io: ToolIo): Logger {
  return {
    write(level, message, fields) {
      io.stderr(logLine(io.env.clock.now(), level, message, fields));
    },
  };
}

function announce({ endpoints, nodeId, config }: RunningNode, output: LineOutput): void {
  const data = config.logDirs.join(", ");
  for (const { listenerName, host, port } of endpoints) {
    const address = addressText({ host: host === "" ? "0.0.0.0" : host, port });
    output.print(
      `Seglog is ready on ${listenerName}://${address} (node ${nodeId}, data in ${data})`,
    );
  }
  output.flush();
}

/** Without anybody who tells, for ever. */
async function until(stop: AbortSignal | undefined): Promise<void> {
  if (stop?.aborted) return;
  await new Promise<void>((resolve) =>
    stop?.addEventListener("abort", () => resolve(), { once: true })
  );
}

/** What a user can do about an error, behind what is wrong. */
function withAdvice(error: unknown, file: string | undefined): unknown {
  const advice = adviceOn(error, file);
  if (advice === undefined) return error;
  const message = (error as Error).message.replace(/[.;]$/, "");
  return new ToolFailure(`${message}; ${advice}`, 1, { cause: error });
}

function adviceOn(error: unknown, file: string | undefined): string | undefined {
  if (error instanceof NetworkError) {
    return error.kind === "address-in-use"
      ? "stop what listens there, or take another port: --override listeners=PLAINTEXT://localhost:PORT"
      : error.kind === "permission-denied"
      ? "take a port above 1023: --override listeners=PLAINTEXT://localhost:PORT"
      : "take an address of this machine: --override listeners=PLAINTEXT://HOST:PORT";
  }
  if (error instanceof InvalidConfigError) {
    if (file !== undefined && error.message === `No such file: ${file}`) {
      return "name a file of properties, or none for a node of its own";
    }
    return file === undefined
      ? "correct the --override"
      : `correct it in ${file}, or by --override property=value`;
  }
  if (error instanceof LogUnavailableError) {
    return /^Failed to lock/.test(error.message)
      ? "stop that process, or take another directory: --override log.dirs=DIRECTORY"
      : /No `meta\.properties`|not formatted/.test(error.message)
      ? `format it: seglog storage format --cluster-id ID --config ${
        file ?? "server.properties"
      }; ` +
        "or take another directory: --override log.dirs=DIRECTORY"
      : "take the directory of this node: --override log.dirs=DIRECTORY";
  }
  if (error instanceof LogDirError) {
    return "make room or mend the directory, or take another one: --override log.dirs=DIRECTORY";
  }
  if (error instanceof KafkaError) {
    return "the warnings above say what the controllers answer: they have to be reached, and no other node may have this node.id";
  }
  return undefined;
}
