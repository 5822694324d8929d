import { assert, assertEquals } from "@std/assert";
import type { Env } from "../../../storage/env.ts";
import { Segment } from "../../../storage/segment/segment.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { fileBytes, recover, writeFile } from "../../support/segments.ts";

/**
 * The indexes that Apache Kafka wrote for the fixtures, made again from the data alone.
 *
 * A restart leaves its mark in an index: the bytes since the last entry count from there anew, and the clean stop adds the
 * largest timestamp to the time index. A restart shows in the data as a new leader epoch. So there are two kinds:
 * - segments that saw no restart, and those a cleaner wrote in one go: both `recover` and a replay give Kafka's bytes;
 * - segments that were active over a restart: a replay that closes and opens again there gives Kafka's bytes, a rebuild
 *   need not (nor does Kafka's own).
 * The raft log is opened as after an unclean stop each time, so its replay recovers at each restart.
 */

const root = new URL("../../fixtures/", import.meta.url).pathname;
const snapshots = [
  "broker",
  "states/1-before-compaction",
  "states/2-after-compaction",
  "states/3-tombstones-removed",
];

interface Fixture {
  readonly name: string;
  readonly topic: string;
  readonly baseOffset: number;
  readonly data: Uint8Array;
  readonly index: Uint8Array;
  readonly timeIndex: Uint8Array;
  readonly cleaned: boolean;
}

function config(topic: string) {
  const indexInterval = topic.startsWith("multiseg")
    ? 512
    : topic.startsWith("packed")
    ? 1024
    : 4096;
  return { segmentSize: 1 << 30, maxIndexSize: 10 * 1024 * 1024, indexInterval };
}

function* fixtures(): Generator<Fixture> {
  for (const snapshot of snapshots) {
    const cleanedTo = cleanerCheckpoint(`${root}${snapshot}/cleaner-offset-checkpoint`);
    for (const { name: partition, isDirectory } of Deno.readDirSync(root + snapshot)) {
      if (!isDirectory) continue;
      const directory = `${root}${snapshot}/${partition}`;
      for (const { name } of Deno.readDirSync(directory)) {
        if (!name.endsWith(".log")) continue;
        const prefix = `${directory}/${name.slice(0, 20)}`;
        const baseOffset = Number(name.slice(0, 20));
        yield {
          name: `${snapshot}/${partition}/${name}`,
          topic: partition,
          baseOffset,
          data: Deno.readFileSync(`${prefix}.log`),
          index: Deno.readFileSync(`${prefix}.index`),
          timeIndex: Deno.readFileSync(`${prefix}.timeindex`),
          cleaned: baseOffset < (cleanedTo.get(partition) ?? 0),
        };
      }
    }
  }
}

function cleanerCheckpoint(path: string): Map<string, number> {
  const lines = Deno.readTextFileSync(path).trim().split("\n").slice(2);
  return new Map(lines.map((line) => {
    const [topic, partition, offset] = line.split(" ");
    return [`${topic}-${partition}`, Number(offset)];
  }));
}

function open(env: Env, fixture: Fixture, directory: string): Segment {
  env.fileSystem.makeDirectory(directory);
  const { baseOffset, topic } = fixture;
  return Segment.open({ env, directory, baseOffset, config: config(topic) });
}

function indexes(env: Env, segment: Segment): [Uint8Array, Uint8Array] {
  return [fileBytes(env, segment.offsetIndexFile), fileBytes(env, segment.timeIndexFile)];
}

function rebuilt(env: Env, fixture: Fixture): [Uint8Array, Uint8Array] {
  env.fileSystem.makeDirectory("/rebuilt");
  const name = fixture.name.slice(-24);
  writeFile(env, `/rebuilt/${name}`, fixture.data);
  const segment = open(env, fixture, "/rebuilt");
  assertEquals(recover(segment), 0, fixture.name);
  segment.close();
  assertEquals(fileBytes(env, `/rebuilt/${name}`), fixture.data, "data was changed");
  return indexes(env, segment);
}

/** Appends batch by batch, with the restarts that the epochs tell of. */
function replayed(
  env: Env,
  fixture: Fixture,
): { files: [Uint8Array, Uint8Array]; restarts: number } {
  let restarts = 0;
  let epoch: number | undefined;
  let segment = open(env, fixture, "/replayed");
  env.fileSystem.makeDirectory("/source");
  writeFile(env, `/source/${fixture.name.slice(-24)}`, fixture.data);
  const source = open(env, fixture, "/source");
  for (const batch of source.batches()) {
    if (epoch !== undefined && batch.partitionLeaderEpoch !== epoch && !fixture.cleaned) {
      restarts++;
      segment.close();
      segment = open(env, fixture, "/replayed");
      if (fixture.topic === "__cluster_metadata-0") recover(segment);
    }
    epoch = batch.partitionLeaderEpoch;
    segment.append(batch.lastOffset, batch.bytes, batch.start, batch.start + batch.sizeInBytes);
  }
  segment.onBecomeInactiveSegment();
  segment.close();
  return { files: indexes(env, segment), restarts };
}

Deno.test("the indexes of every fixture segment come out as Apache Kafka wrote them", () => {
  let compared = 0;
  let rebuiltToo = 0;
  for (const fixture of fixtures()) {
    const env = manualEnv();
    const stored: [Uint8Array, Uint8Array] = [fixture.index, fixture.timeIndex];
    const { files, restarts } = replayed(env, fixture);
    assertEquals(files, stored, `appending ${fixture.name}`);
    if (restarts === 0) {
      assertEquals(rebuilt(env, fixture), stored, `rebuilding ${fixture.name}`);
      rebuiltToo++;
    }
    compared++;
  }
  assertEquals(compared, 58);
  assert(rebuiltToo >= 40, `rebuilt: ${rebuiltToo}`);
});

Deno.test("the indexes that Apache Kafka rebuilt after damage come out the same", () => {
  for (const { name } of Deno.readDirSync(`${root}corrupt`)) {
    const env = manualEnv();
    env.fileSystem.makeDirectory("/log");
    const file = "00000000000000000000";
    writeFile(
      env,
      `/log/${file}.log`,
      Deno.readFileSync(`${root}corrupt/${name}/before/${file}.log`),
    );
    const segment = Segment.open({
      env,
      directory: "/log",
      baseOffset: 0,
      config: config("plain-0"),
    });
    recover(segment);
    segment.close();
    for (const suffix of [".log", ".index", ".timeindex"]) {
      assertEquals(
        fileBytes(env, `/log/${file}${suffix}`),
        Deno.readFileSync(`${root}corrupt/${name}/after/${file}${suffix}`),
        `${name}${suffix}`,
      );
    }
  }
});
