/**
 * `storage format`.
 *
 * @module
 */

import { parseFeatureLevel } from "../../client/metadata/feature_texts.ts";
import { type LineOutput, ToolFailure, type ToolIo, uncaught } from "../../storage/cli/tool.ts";
import { randomUuid } from "../../storage/bytes/uuid.ts";
import {
  type DynamicVoter,
  parseDynamicVoter,
  parseDynamicVoters,
} from "../raft/dynamic_voters.ts";
import { formatStorage } from "../raft/storage_format.ts";
import type { ParsedArguments } from "../../storage/cli/argument_parser.ts";
import { readStorageConfig, type StorageConfig } from "./storage_config.ts";
import { releaseVersion } from "./storage_features.ts";

/** Formats the directories of a configuration file. */
export async function runFormat(
  parsed: ParsedArguments,
  io: ToolIo,
  output: LineOutput,
): Promise<void> {
  const config = readStorageConfig(io, parsed.value("config")!);
  if (config.processRoles.length === 0) {
    throw new ToolFailure(
      "The kafka configuration file appears to be for a legacy cluster. Formatting is only supported for clusters in KRaft mode.",
    );
  }
  const release = parsed.value("release-version");
  const version = release === undefined
    ? undefined
    : releaseVersion(release, config.allowUnstableFeatures);
  const features = new Map(parsed.values("feature").map(parseNameAndLevel));
  const initialControllers = firstVoters(parsed, io, config);
  await formatStorage({
    env: io.env,
    print: (line) => output.print(line),
    nodeId: config.nodeId,
    clusterId: parsed.value("cluster-id")!,
    directories: config.directories,
    metadataLogDirectory: config.metadataLogDirectory,
    controllerListenerName: config.controllerListenerNames[0] ?? "CONTROLLER",
    ignoreFormatted: parsed.has("ignore-formatted"),
    allowUnstable: config.allowUnstableFeatures,
    features,
    hasDynamicQuorum: !config.hasStaticVoters,
    ...(version === undefined ? {} : { releaseVersion: version }),
    ...(initialControllers === undefined ? {} : { initialControllers }),
  }, parsed.values("add-scram"));
}

function firstVoters(
  parsed: ParsedArguments,
  io: ToolIo,
  config: StorageConfig,
): readonly DynamicVoter[] | undefined {
  const given = parsed.value("initial-controllers");
  const isStandalone = parsed.has("standalone");
  if (config.hasStaticVoters && (given !== undefined || isStandalone)) {
    throw new ToolFailure(
      "You cannot specify controller.quorum.voters and format the node with --initial-controllers or --standalone. " +
        "If you want to use dynamic quorum, please remove controller.quorum.voters and specify controller.quorum.bootstrap.servers instead.",
    );
  }
  if (given !== undefined) return parseDynamicVoters(given);
  if (isStandalone) return [standaloneVoter(io, config)];
  const isController = config.processRoles.includes("controller");
  if (isController && !config.hasStaticVoters && !parsed.has("no-initial-controllers")) {
    throw new ToolFailure(
      "Because controller.quorum.voters is not set on this controller, you must specify one of the following: " +
        "--standalone, --initial-controllers, or --no-initial-controllers.",
    );
  }
  return undefined;
}

function standaloneVoter({ env }: ToolIo, config: StorageConfig): DynamicVoter {
  if (!config.processRoles.includes("controller")) {
    throw new ToolFailure("You can only use --standalone on a controller.");
  }
  const [listener] = config.controllerListeners;
  if (listener === undefined) {
    throw uncaught("java.lang.RuntimeException", "No controller listeners found.");
  }
  const host = listener.host === "" ? "localhost" : listener.host;
  return parseDynamicVoter(
    `${config.nodeId}@${host.includes(":") ? `[${host}]` : host}:${listener.port}:${
      randomUuid(env.random)
    }`,
  );
}

function parseNameAndLevel(text: string): readonly [string, number] {
  const equals = text.indexOf("=");
  const fail = (reason: string) =>
    uncaught("java.lang.RuntimeException", `Can't parse feature=level string ${text}: ${reason}`);
  if (equals < 0) throw fail("equals sign not found.");
  const levelText = text.slice(equals + 1).trim();
  const level = parseFeatureLevel(levelText);
  if (level === undefined) throw fail(`unable to parse ${levelText} as a short.`);
  return [text.slice(0, equals).trim(), level];
}
