/**
 * The coordinator of groups at full size: `deno task bench:groups [--scale 1]`. Prints a table: members that keep their
 * sessions, a large join, commits, a long load. `BENCH_DIR` is where logs go.
 *
 * @module
 */

import { commitsPerSecond, largeJoin, loadOffsets, manyMembers } from "./workloads/groups.ts";

const at = Deno.args.indexOf("--scale");
const scale = at < 0 ? 1 : Number(Deno.args[at + 1]);
const scaled = (count: number) => Math.max(10, Math.round(count * scale));
const directory = () => Deno.makeTempDirSync({ dir: Deno.env.get("BENCH_DIR") ?? "/tmp" });
const print = (what: string, figure: string) => console.log(`| ${what} | ${figure} |`);

/** Runs a workload over a directory of its own. */
async function onDisk<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const dir = directory();
  try {
    return await work(dir);
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
}

print("measure", "figure");
print("---", "---");
const [groups, members] = [scaled(1000), scaled(10_000)];
// As clients do by default, but for the session, which is the shortest that a broker allows.
const initialDelayMs = 3000;
const cost = await manyMembers(groups, members, { intervalMs: 3000, rounds: 5, initialDelayMs });
print(`${members} members of ${groups} groups join`, `${Math.round(cost.joinMs)} ms`);
print(
  "their heartbeats",
  `${cost.heartbeats}, ${cost.refused} refused, p99 ${cost.p99Ms.toFixed(1)} ms`,
);
const large = scaled(1000);
print(`a join of ${large} members`, `${Math.round(await largeJoin(large, initialDelayMs))} ms`);
const commits = await onDisk((dir) => commitsPerSecond(scaled(200_000), 20, dir));
print("offset commits", `${Math.round(commits)}/s`);
const records = scaled(1_000_000);
const load = await onDisk((dir) => loadOffsets(records, dir));
print(
  `load of ${records} offset records`,
  `${Math.round(load.ms)} ms, ${Math.round(load.recordsPerSecond)} records/s`,
);
