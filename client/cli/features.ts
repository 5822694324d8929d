/**
 * `seglog features`: which features the cluster has switched on, and at which levels. Flags and output are those of `kafka-features.sh`.
 *
 * @module
 */

import { ArgumentExit, type ParsedArguments } from "../../storage/cli/argument_parser.ts";
import type { LineOutput } from "../../storage/cli/tool.ts";
import { featureDependencies, versionMapping } from "../metadata/feature_texts.ts";
import {
  LATEST_PRODUCTION_METADATA_VERSION,
  METADATA_VERSION_FEATURE,
  metadataVersionOfLevel,
} from "../metadata/metadata_version.ts";
import { type Admin, openAdmin } from "./admin_session.ts";
import { type ClientToolIo, runClientTool, ToolExit } from "./client_tool.ts";
import { BootstrapError } from "./command_config.ts";
import {
  disableUpdates,
  type FeatureUpdates,
  levelUpdates,
  parseNameAndLevel,
} from "./feature_updates.ts";
import { FEATURES_USAGE } from "./features_usage.ts";
import { exceptionMessage, illegalArgument, terse } from "./java_exception.ts";
import { future } from "./java_future.ts";
import { toolArguments } from "./tool_arguments.ts";

/** What is wrong with a command line is told without the usage. */
function commandLineError(message: string): ToolExit {
  return new ToolExit(1, { stderr: `Command line error: ${message}. Type --help for help.` });
}

function orCommandLineError<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof BootstrapError) throw commandLineError(error.message);
    if (error instanceof ArgumentExit && error.problem !== undefined) {
      throw commandLineError(error.problem);
    }
    throw error;
  }
}

function levelText(feature: string, level: number): string {
  if (feature !== METADATA_VERSION_FEATURE) return `${level}`;
  return metadataVersionOfLevel(level)?.name ?? `UNKNOWN ${level}`;
}

async function describe(admin: Admin, parsed: ParsedArguments, output: LineOutput): Promise<void> {
  const nodeId = parsed.value("node-id") === undefined
    ? undefined
    : Number(parsed.value("node-id"));
  if (nodeId !== undefined && nodeId < 0) {
    throw illegalArgument(`Invalid node id ${nodeId}: must be non-negative.`);
  }
  const { supportedFeatures, finalizedFeatures, finalizedFeaturesEpoch: epoch } = await future(
    admin.describeFeatures(nodeId === undefined ? {} : { nodeId }),
  );
  const features = [...supportedFeatures].sort(([a], [b]) => a < b ? -1 : 1)
    .map(([feature, { minVersion, maxVersion }]) => ({
      feature,
      supportedMinVersion: minVersion,
      supportedMaxVersion: maxVersion,
      finalizedVersionLevel: finalizedFeatures.get(feature)?.maxVersion ?? 0,
      epoch,
    }));
  if (parsed.has("json")) {
    output.print(JSON.stringify(features));
    return;
  }
  for (const { feature, ...told } of features) {
    const level = (value: number) => levelText(feature, value).padEnd(15);
    output.print(
      `Feature: ${feature.padEnd(40)}  SupportedMinVersion: ${level(told.supportedMinVersion)}  ` +
        `SupportedMaxVersion: ${level(told.supportedMaxVersion)}  ` +
        `FinalizedVersionLevel: ${level(told.finalizedVersionLevel)}  Epoch: ${epoch ?? "-"}`,
    );
  }
}

async function update(
  admin: Admin,
  operation: string,
  updates: FeatureUpdates,
  isDryRun: boolean,
  output: LineOutput,
): Promise<void> {
  if (updates.size === 0) throw terse(`You must specify at least one feature to ${operation}`);
  if ([...updates.keys()].some((name) => name.trim() === "")) {
    throw illegalArgument("Provided feature can not be empty.");
  }
  const results = await future(admin.updateFeatures(updates, { validateOnly: isDryRun }));
  const isDisable = operation === "disable";
  let failures = 0;
  for (const feature of results.keys().sort()) {
    const level = updates.get(feature)!.maxVersionLevel;
    const error = results.error(feature);
    if (error === undefined) {
      const what = isDisable ? "disabled." : `${operation}d to ${level}.`;
      output.print(`${feature}${isDryRun ? " can be " : " was "}${what}`);
      continue;
    }
    failures++;
    const what = `${operation} ${feature}${isDisable ? "" : ` to ${level}`}`;
    output.print(`${isDryRun ? "Can not " : "Could not "}${what}. ${exceptionMessage(error)}`);
  }
  if (failures > 0) throw terse(`${failures} out of ${updates.size} operation(s) failed.`);
}

/** Commands that ask no cluster. */
function printTables(parsed: ParsedArguments, output: LineOutput): void {
  try {
    if (parsed.command === "version-mapping") {
      const release = parsed.value("release-version") ?? LATEST_PRODUCTION_METADATA_VERSION.name;
      versionMapping(release).forEach((line) => output.print(line));
      return;
    }
    for (const text of parsed.values("feature")) {
      const { name, level } = parseNameAndLevel(text);
      const unknown = `No feature:${name} with feature level ${level}`;
      featureDependencies(name, level, unknown).forEach((line) => output.print(line));
    }
  } catch (error) {
    throw error instanceof RangeError ? terse(error.message) : error;
  }
}

/**
 * Runs the tool.
 *
 * @returns 0, or 1 after a failure or for a command line that is wrong
 */
export function featuresTool(args: readonly string[], io: ClientToolIo): Promise<number> {
  return runClientTool(io, async (output) => {
    const parsed = orCommandLineError(() => toolArguments(io, FEATURES_USAGE, args, 0));
    const { command } = parsed;
    if (command === "version-mapping" || command === "feature-dependencies") {
      printTables(parsed, output);
      return 0;
    }
    await using admin = orCommandLineError(() =>
      openAdmin(io, output, {
        server: parsed.value("bootstrap-server"),
        controller: parsed.value("bootstrap-controller"),
        configFile: parsed.value("command-config"),
      })
    );
    if (command === "describe") {
      await describe(admin, parsed, output);
      return 0;
    }
    const updates = command === "upgrade" || command === "downgrade"
      ? levelUpdates(command, parsed, (line) => output.print(line))
      : disableUpdates(parsed);
    await update(admin, command, updates, parsed.has("dry-run"), output);
    return 0;
  }, (error, output) => {
    output.printError(exceptionMessage(error));
    return 1;
  });
}
