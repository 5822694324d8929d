import { assert, assertEquals } from "@std/assert";
import { logTarget } from "../../../../storage/cli/log/partition_files.ts";
import { verifyLogDir, verifyPartition } from "../../../../storage/cli/log/verify_partition.ts";
import type { FileSystem } from "../../../../storage/file/file_system.ts";
import { readWholeFile } from "../../../../storage/file/file_system.ts";
import { copyOfFixtures, writeFile } from "../cli_support.ts";

function verify(fileSystem: FileSystem, path: string) {
  const target = logTarget(fileSystem, path);
  const findings = target.partitions.map((directory) =>
    verifyPartition(directory, { fileSystem, isDeep: true, checksAll: true })
  );
  const faults = findings.flatMap((finding) => [...finding.faults]);
  if (target.isLogDir) faults.push(...verifyLogDir(target, findings, fileSystem));
  return { findings, faults };
}

function kinds(fileSystem: FileSystem, path: string): string[] {
  return verify(fileSystem, path).faults.map((fault) =>
    `${fault.kind} ${fault.file.slice(fault.file.lastIndexOf("/") + 1)}`
  );
}

function change(fileSystem: FileSystem, path: string, at: number, value: number): void {
  const bytes = readWholeFile(fileSystem, path);
  bytes[at < 0 ? bytes.length + at : at] = value;
  writeFile(fileSystem, path, bytes);
}

Deno.test("nothing that Kafka wrote has a fault", () => {
  const directories = [
    "broker",
    "states/1-before-compaction",
    "states/2-after-compaction",
    "states/3-tombstones-removed",
  ];
  for (const directory of directories) {
    assertEquals(verify(copyOfFixtures(directory), `/${directory}`).faults, [], directory);
  }
});

Deno.test("what Kafka's recovery left has no fault", () => {
  const fileSystem = copyOfFixtures("corrupt");
  for (const { name } of fileSystem.list("/corrupt")) {
    assertEquals(verify(fileSystem, `/corrupt/${name}/after`).faults, [], name);
  }
});

Deno.test("every harm of the fixtures is found, with byte position and offset", () => {
  const fileSystem = copyOfFixtures("corrupt");
  const places: { readonly [harm: string]: [number, number] } = {
    "torn-tail": [16944, 68],
    "torn-header": [16944, 68],
    "bad-crc-last": [16944, 68],
    "bad-length": [16944, 68],
    "bad-crc-middle": [10951, 28],
    "zero-tail": [17381, 71],
  };
  for (const [harm, [position, offset]] of Object.entries(places)) {
    const { faults } = verify(fileSystem, `/corrupt/${harm}/before`);
    const batch = faults.find((fault) => fault.kind === "batch");
    assertEquals([batch?.position, batch?.offset], [position, offset], harm);
  }
  assertEquals(
    kinds(fileSystem, "/corrupt/bad-index/before")[0],
    "index 00000000000000000000.index",
  );
  assertEquals(kinds(fileSystem, "/corrupt/missing-index/before"), [
    "missing 00000000000000000000.index",
    "missing 00000000000000000000.timeindex",
  ]);
});

Deno.test("a fault in any file of a partition is found", () => {
  const directory = "/broker/txn-0";
  const base = `${directory}/00000000000000000055`;
  const cases: [string, (fileSystem: FileSystem) => void][] = [
    ["index", (fs) => writeFile(fs, `${base}.index`, new Uint8Array([0, 0, 0, 5, 0, 0, 0, 9]))],
    ["time-index", (fs) => change(fs, `${base}.timeindex`, 7, 1)],
    ["txn-index", (fs) => change(fs, `${base}.txnindex`, 17, 50)],
    ["txn-index", (fs) => fs.remove(`${base}.txnindex`)],
    ["snapshot", (fs) => change(fs, `${base}.snapshot`, 20, 7)],
    ["snapshot", (fs) => writeFile(fs, `${directory}/00000000000000009999.snapshot`, "x")],
    ["checkpoint", (fs) => writeFile(fs, `${directory}/leader-epoch-checkpoint`, "0\n1\nx y\n")],
    [
      "checkpoint",
      (fs) => writeFile(fs, `${directory}/leader-epoch-checkpoint`, "0\n2\n1 0\n0 5\n"),
    ],
    ["checkpoint", (fs) => writeFile(fs, `${directory}/leader-epoch-checkpoint`, "0\n1\n0 9999\n")],
    ["leader-epoch", (fs) => writeFile(fs, `${directory}/leader-epoch-checkpoint`, "0\n1\n7 0\n")],
    ["metadata", (fs) => writeFile(fs, `${directory}/partition.metadata`, "nonsense")],
    ["leftover", (fs) => writeFile(fs, `${base}.log.deleted`, "")],
    ["missing", (fs) => fs.remove(`${base}.timeindex`)],
    ["batch", (fs) => change(fs, `${base}.log`, -1, 0xaa)],
  ];
  for (const [kind, harm] of cases) {
    const fileSystem = copyOfFixtures("broker/txn-0");
    harm(fileSystem);
    const found = kinds(fileSystem, directory);
    assert(found.some((each) => each.startsWith(`${kind} `)), `${kind}: ${found.join("; ")}`);
  }
});

Deno.test("checkpoints of a broker's directory beyond the end of a log, and leftovers there, are found", () => {
  const fileSystem = copyOfFixtures("broker");
  writeFile(fileSystem, "/broker/recovery-point-offset-checkpoint", "0\n2\nplain 0 72\ngone 0 5\n");
  writeFile(fileSystem, "/broker/cleaner-offset-checkpoint", "0\nbroken");
  writeFile(fileSystem, "/broker/meta.properties", "version=9\n");
  fileSystem.makeDirectory("/broker/a-0.0123456789abcdef0123456789abcdef-delete");
  assertEquals(kinds(fileSystem, "/broker"), [
    "checkpoint recovery-point-offset-checkpoint",
    "checkpoint cleaner-offset-checkpoint",
    "metadata meta.properties",
    "leftover a-0.0123456789abcdef0123456789abcdef-delete",
  ]);
});

Deno.test("a partition's ends and its open transaction are told", () => {
  const { findings } = verify(copyOfFixtures("broker/txn-open-0"), "/broker/txn-open-0");
  const [finding] = findings;
  assertEquals([finding!.startOffset, finding!.endOffset, finding!.firstOpenOffset], [0, 23, 14]);
});

Deno.test("a KRaft snapshot with a flipped bit is found", () => {
  const fileSystem = copyOfFixtures("broker/__cluster_metadata-0");
  const directory = "/broker/__cluster_metadata-0";
  const snapshot = fileSystem.list(directory).map(({ name }) => name).find((name) =>
    name.endsWith(".checkpoint")
  )!;
  change(fileSystem, `${directory}/${snapshot}`, 70, 0xee);
  assertEquals(kinds(fileSystem, directory), [`batch ${snapshot}`]);
});
