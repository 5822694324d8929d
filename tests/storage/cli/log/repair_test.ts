import { assert, assertEquals } from "@std/assert";
import { logTarget } from "../../../../storage/cli/log/partition_files.ts";
import {
  lowerCheckpoints,
  planCheckpoints,
  planRepair,
  repairPartition,
} from "../../../../storage/cli/log/repair.ts";
import { verifyPartition } from "../../../../storage/cli/log/verify_partition.ts";
import type { FileSystem } from "../../../../storage/file/file_system.ts";
import { readWholeFile } from "../../../../storage/file/file_system.ts";
import { OffsetCheckpointFile } from "../../../../storage/file/offset_checkpoint_file.ts";
import { manualEnv } from "../../../support/manual_env.ts";
import { copyOfFixtures, memoryWith, writeFile } from "../cli_support.ts";

function envOver(fileSystem: FileSystem) {
  return { ...manualEnv({ now: 1_795_400_000_000 }), fileSystem };
}

function find(fileSystem: FileSystem, path: string) {
  const [directory] = logTarget(fileSystem, path).partitions;
  return verifyPartition(directory!, { fileSystem, isDeep: true, checksAll: true });
}

function repair(fileSystem: FileSystem, path: string, mode: "kafka" | "salvage" = "kafka") {
  return repairPartition(find(fileSystem, path), 0, { env: envOver(fileSystem), mode, config: {} });
}

Deno.test("repair makes of every harm what Kafka's recovery makes of it", () => {
  const fileSystem = copyOfFixtures("corrupt");
  for (const { name } of fileSystem.list("/corrupt")) {
    const before = `/corrupt/${name}/before`;
    const after = `/corrupt/${name}/after`;
    repair(fileSystem, before);
    const files = fileSystem.list(after).map((entry) => entry.name);
    assertEquals(fileSystem.list(before).map((entry) => entry.name), files, name);
    for (const file of files) {
      // The broker became leader then, and noted its epoch.
      if (file === "leader-epoch-checkpoint") continue;
      const repaired = readWholeFile(fileSystem, `${before}/${file}`);
      assertEquals(repaired, readWholeFile(fileSystem, `${after}/${file}`), `${name}/${file}`);
    }
    assertEquals(find(fileSystem, before).faults, [], name);
  }
});

Deno.test("the plan says beforehand what is lost", () => {
  const fileSystem = copyOfFixtures("corrupt/bad-crc-middle");
  const finding = find(fileSystem, "/corrupt/bad-crc-middle/before");
  const place = (
    { action, position, offset, bytes }: ReturnType<typeof planRepair>[number],
  ) => [action, position, offset, bytes];
  assertEquals(planRepair(finding, "kafka").map(place), [["cut", 10951, 28, 6430]]);
  assertEquals(planRepair(finding, "salvage").map(place), [["leave-out", 10951, undefined, 833]]);
});

Deno.test("salvage keeps what is sound behind the damage", () => {
  const fileSystem = copyOfFixtures("corrupt/bad-crc-middle");
  const path = "/corrupt/bad-crc-middle/before";
  assertEquals(repair(fileSystem, path, "salvage"), 71);
  const finding = find(fileSystem, path);
  assertEquals(finding.faults, []);
  assertEquals(finding.segments[0]!.records, 65);
});

Deno.test("damage in an early segment takes the later ones with it, unless they are salvaged", () => {
  const path = "/broker/multiseg-0";
  for (const mode of ["kafka", "salvage"] as const) {
    const fileSystem = copyOfFixtures("broker/multiseg-0");
    const log = `${path}/00000000000000000000.log`;
    const bytes = readWholeFile(fileSystem, log);
    bytes[bytes.length - 1]! ^= 1;
    writeFile(fileSystem, log, bytes);
    const finding = find(fileSystem, path);
    const plan = planRepair(finding, mode).filter((step) => step.action !== "rebuild");
    assertEquals(
      plan.map((step) => step.action),
      mode === "kafka" ? ["cut", "remove", "remove"] : ["cut"],
    );
    const end = repair(fileSystem, path, mode);
    assertEquals(end, mode === "kafka" ? plan[0]!.offset : 254);
    assertEquals(find(fileSystem, path).faults.filter((fault) => fault.kind !== "checkpoint"), []);
  }
});

Deno.test("leader epochs that cannot be read are found again in the batches", () => {
  const fileSystem = copyOfFixtures("broker/multiseg-0");
  const path = "/broker/multiseg-0";
  writeFile(fileSystem, `${path}/leader-epoch-checkpoint`, "nonsense");
  assertEquals(planRepair(find(fileSystem, path), "kafka").map((step) => step.action), ["rebuild"]);
  repair(fileSystem, path);
  assertEquals(find(fileSystem, path).faults, []);
  const text = new TextDecoder().decode(
    readWholeFile(fileSystem, `${path}/leader-epoch-checkpoint`),
  );
  assert(text.startsWith("0\n"), text);
});

Deno.test("checkpoints beyond the end of a log are lowered to it, others stay", () => {
  const fileSystem = memoryWith({
    "/d/recovery-point-offset-checkpoint": "0\n2\na 0 9\nb 0 9\n",
    "/d/replication-offset-checkpoint": "0\n1\na 0 3\n",
  });
  const env = envOver(fileSystem);
  const ends = new Map([["a-0", 5]]);
  assertEquals(planCheckpoints(env, "/d", ends).map((step) => step.message), [
    "a-0: lower from 9 to the end of the log, 5",
  ]);
  lowerCheckpoints(env, "/d", ends);
  const read = (name: string) =>
    [...new OffsetCheckpointFile(fileSystem, `/d/${name}`).read()].map((
      [key, { offset }],
    ) => [key, offset]);
  assertEquals(read("recovery-point-offset-checkpoint"), [["a-0", 5], ["b-0", 9]]);
  assertEquals(read("replication-offset-checkpoint"), [["a-0", 3]]);
});
