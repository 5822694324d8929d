import { assertEquals, assertThrows } from "@std/assert";
import {
  disableUpdates,
  levelUpdates,
  parseNameAndLevel,
} from "../../../client/cli/feature_updates.ts";
import { FEATURES_USAGE } from "../../../client/cli/features_usage.ts";
import { JavaException } from "../../../client/cli/java_exception.ts";
import { parseArguments } from "../../../storage/cli/argument_parser.ts";

const parsed = (...args: string[]) => parseArguments(FEATURES_USAGE, args, () => undefined);

function updates(operation: "upgrade" | "downgrade", ...args: string[]) {
  const lines: string[] = [];
  const all = levelUpdates(operation, parsed(operation, ...args), (line) => lines.push(line));
  return { levels: Array.from(all, ([name, update]) => [name, ...Object.values(update)]), lines };
}

Deno.test("a release upgrades what it has, and downgrades what it lacks as well", () => {
  assertEquals(updates("upgrade", "--release-version", "4.0").levels, [
    ["metadata.version", 25, "UPGRADE"],
    ["kraft.version", 1, "UPGRADE"],
    ["transaction.version", 2, "UPGRADE"],
    ["group.version", 1, "UPGRADE"],
  ]);
  const down = updates("downgrade", "--release-version", "3.8", "--unsafe").levels;
  assertEquals(down.map(([, level]) => level), [20, 0, 0, 0, 0, 0, 0]);
  assertEquals(down[0]![2], "UNSAFE_DOWNGRADE");
});

Deno.test("--metadata warns, and goes with other features", () => {
  const { levels, lines } = updates(
    "downgrade",
    ...["--metadata", "3.9", "--feature", "group.version = 0"],
  );
  assertEquals(levels, [
    ["metadata.version", 21, "SAFE_DOWNGRADE"],
    ["group.version", 0, "SAFE_DOWNGRADE"],
  ]);
  assertEquals(lines, [" `metadata` flag is deprecated and may be removed in a future release."]);
});

Deno.test("what cannot be asked for is told in Kafka's words", () => {
  const cases: readonly (readonly [string[], string])[] = [
    [["--feature", "x"], "Can't parse feature=level string x: equals sign not found."],
    [["--feature", "x=y"], "Can't parse feature=level string x=y: unable to parse y as a short."],
    [["--feature", "x=1", "--feature", "x=2"], "Feature x was specified more than once."],
    [["--feature", "x=-1"], "Cannot specify a negative version level."],
    [
      ["--feature", "x=0"],
      "The upgradeType flag should be set to SAFE_DOWNGRADE or UNSAFE_DOWNGRADE when the provided maxVersionLevel:0 is < 1.",
    ],
    [
      ["--feature", "x=1", "--release-version", "4.0"],
      "Can not specify `release-version` with other feature flags.",
    ],
    [["--metadata", "1.0"], "Unknown metadata.version '1.0'."],
  ];
  for (const [args, message] of cases) {
    assertThrows(() => updates("upgrade", ...args), JavaException, message);
  }
});

Deno.test("what is disabled goes to level 0", () => {
  const all = disableUpdates(parsed("disable", "--feature", "a", "--feature", "b"));
  assertEquals(Object.fromEntries(all), {
    a: { maxVersionLevel: 0, upgradeType: "SAFE_DOWNGRADE" },
    b: { maxVersionLevel: 0, upgradeType: "SAFE_DOWNGRADE" },
  });
  assertThrows(
    () => disableUpdates(parsed("disable", "--feature", "a", "--feature", "a")),
    JavaException,
    "more than once",
  );
  assertEquals(parseNameAndLevel(" a = 3 "), { name: "a", level: 3 });
});
