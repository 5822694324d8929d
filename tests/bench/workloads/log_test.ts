import { assert, assertEquals } from "@std/assert";
import * as log from "../../../bench/workloads/log.ts";
import { rawRead, rawWrite, rawWriteAndSync } from "../../../bench/workloads/raw_file.ts";

async function inDirectory(use: (directory: string) => Promise<void> | void): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await use(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("the workloads over a log run, at a small size", () =>
  inDirectory(async (root) => {
    assert(log.appendAsLeader(`${root}/leader-0`, 4, 100, 20_000) > 0);
    assert(log.appendAsFollower(`${root}/follower-0`, 4, 100, 20_000) > 0);
    assert(log.appendRecords(`${root}/records-0`, 10, 100, 20) > 0);
    assert(await log.appendAndFlush(`${root}/flush-0`, 4, 100, 3) > 0);

    const filled = log.fill(`${root}/filled-0`, 4, 100, 50_000);
    assert(log.readBatches(filled) > 0);
    assert(log.readRecords(filled) > 0);
    assert(log.randomRead(filled, 50) > 0);
    filled.close();
    assert(log.recover(`${root}/filled-0`) > 0);
    assert(log.openClean(`${root}/filled-0`) > 0);

    const segments = log.fillSegments(`${root}/segments-0`, 3);
    assertEquals(segments.segments.numberOfSegments, 4);
    assert(log.offsetForTimestamp(segments, 20) > 0);
    segments.close();

    assert(log.openPartitions(`${root}/many`, 20).descriptors > 0);
  }));

Deno.test("the workloads over a raw file run, at a small size", () =>
  inDirectory(async (root) => {
    assert(rawWrite(`${root}/raw`, [new Uint8Array(5000)], 50_000) > 0);
    assert(rawRead(`${root}/raw`) > 0);
    assert(await rawWriteAndSync(`${root}/synced`, 100, 3) > 0);
  }));
