import { assertEquals, assertThrows } from "@std/assert";
import { LineOutput, ToolFailure } from "../../../storage/cli/tool.ts";
import {
  printDependencies,
  printVersionMapping,
  releaseVersion,
} from "../../../cluster/cli/storage_features.ts";
import { manualEnv } from "../../support/manual_env.ts";

function printed(print: (output: LineOutput) => void): string[] {
  const lines: string[] = [];
  const output = new LineOutput({
    env: manualEnv(),
    stdout: (text) => lines.push(...text.split("\n")),
    stderr: () => {},
  });
  print(output);
  output.flush();
  return lines;
}

Deno.test("the mapping of a release has the levels that Kafka's tool prints", () => {
  assertEquals(printed((output) => printVersionMapping("4.0", output)), [
    "metadata.version=25 (4.0)",
    "kraft.version=1",
    "transaction.version=2",
    "group.version=1",
    "eligible.leader.replicas.version=0",
    "share.version=0",
    "streams.version=0",
  ]);
  assertEquals(
    printed((output) => printVersionMapping(undefined, output))[0],
    "metadata.version=30 (4.3-IV0)",
  );
  assertThrows(() => releaseVersion("3.2", true), ToolFailure, "Unknown metadata.version '3.2'");
});

Deno.test("dependencies are printed for each feature", () => {
  const features = [
    "metadata.version=30",
    "eligible.leader.replicas.version = 1",
    "group.version=1",
  ];
  assertEquals(printed((output) => printDependencies(features, output)), [
    "metadata.version=30 (4.3-IV0) has no dependencies.",
    "eligible.leader.replicas.version=1 requires:",
    "    metadata.version=23 (4.0-IV1)",
    "group.version=1 has no dependencies.",
  ]);
});

Deno.test("features and levels that do not exist are refused in Kafka's words", () => {
  const cases: [string, string][] = [
    ["x", "Invalid feature format: x. Expected format: 'feature=version' (e.g. 'group.version=1')"],
    ["x=1", "Unknown feature: x"],
    ["group.version=9", "Feature level 9 is not supported for feature group.version"],
    ["group.version=z", "Invalid version format: z for feature group.version"],
    ["metadata.version=5", "Unknown metadata.version 5"],
  ];
  for (const [text, message] of cases) {
    const error = assertThrows(() => printed((o) => printDependencies([text], o)), ToolFailure);
    assertEquals(error.message, message);
  }
});
