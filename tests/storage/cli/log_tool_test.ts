import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Log } from "../../../storage/embedded/log.ts";
import { string } from "../../../storage/serde/string.ts";
import { logTool } from "../../../storage/cli/log_tool.ts";
import { readWholeFile } from "../../../storage/file/file_system.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { copyOfFixtures, memoryWith, runInFixtures, runWith } from "./cli_support.ts";

Deno.test("without a command or a directory it tells how it is used", async () => {
  for (const args of [[], ["verify"], ["foo", "/"]]) {
    const run = await runWith(logTool, args, memoryWith({}));
    assertEquals([run.status, run.stdout], [1, ""]);
    assert(run.stderr.startsWith("Usage: seglog log verify"));
  }
  const help = await runWith(logTool, ["--help"], memoryWith({}));
  assertEquals([help.status, help.stderr], [0, ""]);
});

Deno.test("wrong arguments are one line and status 1", async () => {
  const cases: [string[], string][] = [
    [["verify", "--foo", "/"], "foo is not a recognized option\n"],
    [["verify", "/nowhere"], "Not a directory: /nowhere\n"],
    [["explain", "/", "--config"], "Option config requires an argument\n"],
    [["explain", "/", "--config=a"], "--config needs NAME=VALUE: a\n"],
  ];
  for (const [args, stderr] of cases) {
    const run = await runWith(logTool, args, memoryWith({}));
    assertEquals([run.status, run.stderr], [1, stderr]);
  }
});

Deno.test("verify is silent about what is fine but for a line a partition", async () => {
  const run = await runInFixtures(logTool, ["verify", "broker"]);
  assertEquals(run.status, 0);
  const lines = run.stdout.trimEnd().split("\n");
  assertEquals(lines.length, 18);
  assert(lines.every((line) => line.endsWith(": no fault")));
  assert(
    lines.includes(
      "broker/plain-0: 1 segment, 26 batches, 71 records, 17381 bytes, offsets 0 to 71: no fault",
    ),
  );
});

Deno.test("verify names faults, for people and for programs, and ends with status 1", async () => {
  const path = "corrupt/zero-tail/before";
  const run = await runInFixtures(logTool, ["verify", path, "--shallow"]);
  assertEquals(run.status, 1);
  assertEquals(
    run.stdout.split("\n")[0],
    `${path}/00000000000000000000.log: position 17381, offset 71: zero bytes (4096 bytes) [batch]`,
  );
  const json = await runInFixtures(logTool, ["verify", "--json", path]);
  const [fault, summary] = json.stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals([fault.fault, fault.position, fault.bytes], ["batch", 17381, 4096]);
  assertEquals([summary.records, summary.endOffset, summary.faults], [71, 71, 1]);
});

Deno.test("repair changes nothing before it is told to", async () => {
  const fileSystem = copyOfFixtures("corrupt/torn-tail");
  const path = "/corrupt/torn-tail/before";
  const log = `${path}/00000000000000000000.log`;
  const before = readWholeFile(fileSystem, log);
  const dry = await runWith(logTool, ["repair", path], fileSystem);
  assertEquals(dry.status, 1);
  assertEquals(
    dry.stdout.split("\n")[0],
    `would cut ${log}, offset 68: cut off from position 16944 on (218 bytes)`,
  );
  assert(dry.stdout.includes("Nothing was changed"));
  assertEquals(readWholeFile(fileSystem, log), before);

  const run = await runWith(logTool, ["repair", "--execute", "--json", path], fileSystem);
  assertEquals(run.status, 0);
  const lines = run.stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals([lines[0].action, lines[0].executed, lines[0].bytes], ["cut", true, 218]);
  assertEquals(lines.at(-1).faults, 0);
  assertEquals(
    readWholeFile(fileSystem, log),
    readWholeFile(fileSystem, "/corrupt/torn-tail/after/00000000000000000000.log"),
  );
  const again = await runWith(logTool, ["repair", path], fileSystem);
  assertEquals(again.status, 0);
});

Deno.test("repair of a broker's directory lowers its checkpoints, and respects its lock", async () => {
  const fileSystem = copyOfFixtures("broker");
  const log = "/broker/plain-0/00000000000000000000.log";
  const file = fileSystem.open(log);
  file.truncate(17000);
  file.close();
  const held = fileSystem.lock("/broker");
  const refused = await runWith(logTool, ["repair", "--execute", "/broker"], fileSystem);
  assertEquals([refused.status, refused.stderr], [1, "The directory is in use: /broker\n"]);
  const inside = await runWith(logTool, ["reindex", "/broker/plain-0"], fileSystem);
  assertEquals(inside.status, 1);
  held.release();
  const run = await runWith(logTool, ["repair", "--execute", "/broker"], fileSystem);
  assertEquals(run.status, 0, run.stdout);
  assert(run.stdout.includes("lower /broker/recovery-point-offset-checkpoint, offset 68: plain-0"));
  const verified = await runWith(logTool, ["verify", "/broker"], fileSystem);
  assertEquals(verified.status, 0, verified.stdout);
});

Deno.test("reindex rebuilds, and refuses damaged data", async () => {
  const fileSystem = copyOfFixtures("corrupt");
  const fine = await runWith(logTool, ["reindex", "/corrupt/missing-index/before"], fileSystem);
  assertEquals(fine.status, 0);
  assertEquals(
    fine.stdout.split("\n")[0]!.startsWith("rebuilt /corrupt/missing-index/before/"),
    true,
  );
  const verified = await runWith(logTool, ["verify", "/corrupt/missing-index/before"], fileSystem);
  assertEquals(verified.status, 0);
  const bad = await runWith(
    logTool,
    ["reindex", "--json", "/corrupt/bad-crc-middle/before"],
    fileSystem,
  );
  assertEquals(bad.status, 1);
  assertEquals(JSON.parse(bad.stdout).result, "refused");
});

Deno.test("explain takes the topics' configs from the metadata log, and from the command line", async () => {
  const run = await runInFixtures(logTool, ["explain", "--json", "broker"]);
  assertEquals(run.status, 0);
  const lines = run.stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  const compacted = lines.find((line) => line.partition === "compacted-0");
  assertEquals([compacted.cleanupPolicy, compacted.compaction.now], ["compact", false]);
  assertEquals(lines.find((line) => line.partition === "trimmed-0").logStartOffset, 97);
  const one = await runInFixtures(logTool, [
    "explain",
    "broker/multiseg-0",
    "--config",
    "retention.ms=1",
    "--config=cleanup.policy=compact,delete",
  ]);
  const text = one.stdout.split("\n");
  assert(text[0]!.startsWith("multiseg-0: cleanup.policy=compact,delete, offsets 0 to 254"));
  assert(text.some((line) => line.startsWith("    Deleting segment")));
  assert(text.some((line) => line.startsWith("  compacted now: ")));
});

Deno.test("an embedded log has its own checkpoints, and they count", async () => {
  const env = manualEnv();
  const out: string[] = [];
  const io = { env, stdout: (text: string) => void out.push(text), stderr: () => {} };
  const args = ["/events", "--config", "cleanup.policy=compact"];
  {
    await using log = Log.open<string, string>("/events", {
      env,
      serde: string(),
      keySerde: string(),
      cleanupPolicy: "compact",
    });
    log.append([{ key: "a", value: "1" }, { key: "a", value: "2" }]);
    await log.compact();
    assertEquals(await logTool(["repair", "/events", "--execute"], io), 1);
  }
  assertEquals(await logTool(["verify", "/events"], io), 0);
  assertEquals(await logTool(["explain", ...args], io), 0);
  assertStringIncludes(out.join("\n"), "not compacted now: it has no dirty records");
});
