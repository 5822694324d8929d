import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { LogDirError } from "../../storage/errors.ts";
import { type FileSystem, readWholeFile } from "../../storage/file/file_system.ts";
import { FaultyFileSystem, SimulatedCrash } from "./faulty_file_system.ts";

/** The simulated disk must lose what it may and keep what it must: other tests stand on it. */

const seeds = Array.from({ length: 300 }, (_, seed) => seed);
const fill = (length: number, byte: number) => new Uint8Array(length).fill(byte);

/** What is left of a file: `undefined` for no file, else its bytes in runs, `7*512 0*512`. */
function left(fileSystem: FileSystem, path: string): string | undefined {
  if (fileSystem.stat(path) === undefined) return undefined;
  const runs: [number, number][] = [];
  for (const byte of readWholeFile(fileSystem, path)) {
    const last = runs.at(-1);
    if (last?.[0] === byte) last[1]++;
    else runs.push([byte, 1]);
  }
  return runs.map(([byte, count]) => `${byte}*${count}`).join(" ");
}

function outcomes(disk: FaultyFileSystem, path: string): Set<string | undefined> {
  return new Set(seeds.map((seed) => left(disk.afterCrash({ seed }), path)));
}

Deno.test("what was flushed, with its name, survives every power cut", () => {
  const disk = new FaultyFileSystem();
  disk.makeDirectory("/d");
  disk.flushDirectory("/");
  const file = disk.open("/d/f", { create: true });
  file.write(0, fill(5000, 7));
  assertEquals(disk.isClean, false);
  file.flushSync();
  disk.flushDirectory("/d");
  assertEquals(disk.isClean, true);
  assertEquals([...outcomes(disk, "/d/f")], ["7*5000"]);
});

Deno.test("a flushed file whose name was not flushed may be lost, and is never in parts", () => {
  const disk = new FaultyFileSystem();
  const file = disk.open("/f", { create: true });
  file.write(0, fill(5000, 7));
  file.flushSync();
  assertEquals(outcomes(disk, "/f"), new Set([undefined, "7*5000"]));
});

Deno.test("a file in a directory whose own name was not flushed may be lost", () => {
  const disk = new FaultyFileSystem();
  disk.makeDirectory("/d");
  const file = disk.open("/d/f", { create: true });
  file.write(0, fill(10, 7));
  file.flushSync();
  disk.flushDirectory("/d");
  assertEquals(outcomes(disk, "/d/f"), new Set([undefined, "7*10"]));
});

Deno.test("unflushed writes are lost, kept, torn, or kept in part, behind what was flushed", () => {
  const disk = new FaultyFileSystem();
  const file = disk.open("/f", { create: true });
  file.write(0, fill(512, 1));
  file.flushSync();
  disk.flushDirectory("/");
  file.write(512, fill(512, 2));
  file.write(1024, fill(512, 3));
  const seen = outcomes(disk, "/f");
  for (const outcome of seen) assert(outcome?.startsWith("1*512"), outcome);
  const has = (pattern: RegExp) => [...seen].some((outcome) => pattern.test(outcome ?? ""));
  assert(has(/^1\*512$/), "nothing of it");
  assert(has(/^1\*512 2\*512 3\*512$/), "all of it");
  assert(has(/^1\*512 2\*512$/), "the first write");
  assert(has(/^1\*512 2\*512 3\*(?!512)\d+$/), "the last write torn");
  assert(has(/^1\*512 2\*(?!512)\d+$/), "the first write torn, the last one lost");
  assert(has(/^1\*512 0\*512 3\*\d+$/), "the last write without the one before");
  assert(has(/0\*512$/), "the size without the data");
});

Deno.test("whole sectors go, wherever writes begin", () => {
  const disk = new FaultyFileSystem();
  const file = disk.open("/f", { create: true });
  file.write(0, fill(2048, 1));
  file.flushSync();
  disk.flushDirectory("/");
  file.write(100, fill(1500, 2));
  const seen = outcomes(disk, "/f");
  assert(seen.has("1*512 2*512 1*1024"), [...seen].join("; "));
  for (const outcome of seen) {
    const total = [...outcome!.matchAll(/\*(\d+)/g)].reduce(
      (sum, match) => sum + Number(match[1]),
      0,
    );
    assertEquals(total, 2048, outcome);
  }
});

Deno.test("a truncation is one of the writes", () => {
  const disk = new FaultyFileSystem();
  const file = disk.open("/f", { create: true });
  file.write(0, fill(100, 1));
  file.flushSync();
  disk.flushDirectory("/");
  file.truncate(10);
  assertEquals(outcomes(disk, "/f"), new Set(["1*100", "1*10"]));
  file.flushSync();
  assertEquals(outcomes(disk, "/f"), new Set(["1*10"]));
});

Deno.test("a rename happens wholly or not at all", () => {
  const disk = new FaultyFileSystem();
  for (const [path, byte] of [["/a", 1], ["/b", 2]] as const) {
    const file = disk.open(path, { create: true });
    file.write(0, fill(3, byte));
    file.flushSync();
    file.close();
  }
  disk.flushDirectory("/");
  disk.rename("/a", "/b");
  const both = new Set(seeds.map((seed) => {
    const after = disk.afterCrash({ seed });
    return `${left(after, "/a")}, ${left(after, "/b")}`;
  }));
  assertEquals(both, new Set(["1*3, 2*3", "undefined, 1*3"]));
  disk.flushDirectory("/");
  assertEquals(outcomes(disk, "/b"), new Set(["1*3"]));
});

Deno.test("names are lost in any combination, but never a change without the earlier ones of that name", () => {
  const disk = new FaultyFileSystem();
  disk.open("/a", { create: true }).close();
  disk.open("/b", { create: true }).close();
  disk.rename("/a", "/c");
  const seen = new Set(
    seeds.map((seed) => disk.afterCrash({ seed }).list("/").map((entry) => entry.name).join("")),
  );
  assertEquals([...seen].sort(), ["", "a", "ab", "b", "bc", "c"]);
});

Deno.test("a flush of one directory takes along what its names follow from in others", () => {
  const disk = new FaultyFileSystem();
  disk.makeDirectory("/x");
  disk.makeDirectory("/y");
  disk.flushDirectory("/");
  disk.open("/x/f", { create: true }).close();
  disk.open("/x/other", { create: true }).close();
  disk.rename("/x/f", "/y/f");
  disk.flushDirectory("/y");
  const seen = new Set(seeds.map((seed) => {
    const after = disk.afterCrash({ seed });
    return [after.stat("/x/f"), after.stat("/y/f"), after.stat("/x/other")]
      .map((stat) => stat === undefined ? "-" : "+").join("");
  }));
  assertEquals(seen, new Set(["-+-", "-++"]));
});

Deno.test("a removal may come back until the directory is flushed", () => {
  const disk = new FaultyFileSystem();
  disk.makeDirectory("/d");
  disk.open("/d/f", { create: true }).close();
  disk.flushDirectory("/d");
  disk.flushDirectory("/");
  disk.remove("/d");
  assertEquals(outcomes(disk, "/d/f"), new Set([undefined, ""]));
  disk.flushDirectory("/");
  assertEquals(outcomes(disk, "/d/f"), new Set([undefined]));
});

Deno.test("the operation that is crashed at is the last, and may be there in part", () => {
  const make = () => {
    const disk = new FaultyFileSystem();
    const file = disk.open("/f", { create: true });
    disk.flushDirectory("/");
    file.write(0, fill(10, 1));
    file.flushSync();
    return { disk, file };
  };
  const { disk, file } = make();
  disk.crashAt(5);
  assertThrows(() => file.write(10, fill(10, 2)), SimulatedCrash);
  assertThrows(() => file.read(0, fill(1, 0), 0, 1), SimulatedCrash);
  assertThrows(() => disk.stat("/f"), SimulatedCrash);
  assertThrows(() => disk.open("/f"), SimulatedCrash);
  assertEquals([disk.crashed, disk.history.map((operation) => operation.kind).join(" ")], [
    true,
    "create flushDirectory write flush write",
  ]);
  const cut = outcomes(disk, "/f");
  assert(cut.has("1*10") && cut.has("1*10 2*10") && cut.has("1*10 2*4"), [...cut].join("; "));
  const killed = new Set(seeds.map((seed) => left(disk.processKill({ seed }), "/f")));
  assert(killed.has("1*10") && killed.has("1*10 2*10") && killed.has("1*10 2*4"));
  const renamed = make();
  renamed.disk.crashAt(5);
  assertThrows(() => renamed.disk.rename("/f", "/g"), SimulatedCrash);
  const names = new Set(seeds.map((seed) => renamed.disk.processKill({ seed }).list("/")[0]?.name));
  assertEquals(names, new Set(["f", "g"]));
});

Deno.test("a killed process leaves all that was written, as unflushed as it was", () => {
  const disk = new FaultyFileSystem();
  const file = disk.open("/f", { create: true });
  file.write(0, fill(10, 1));
  disk.lock("/");
  disk.crash();
  const next = disk.processKill();
  assertEquals([left(next, "/f"), next.isClean, next.crashed], ["1*10", false, false]);
  assertEquals(outcomes(next, "/f").has(undefined), true);
  next.lock("/").release();
  const again = next.open("/f");
  again.flushSync();
  next.flushDirectory("/");
  assertEquals(outcomes(next, "/f"), new Set(["1*10"]));
  // The dead one is not touched by what its successor does.
  assertEquals(disk.live.stat("/f")?.size, 10);
});

Deno.test("an awaited flush covers what was written before it, and nothing if the crash comes first", async () => {
  const disk = new FaultyFileSystem();
  const file = disk.open("/f", { create: true });
  disk.flushDirectory("/");
  file.write(0, fill(512, 1));
  const flushed = file.flush();
  file.write(512, fill(512, 2));
  await flushed;
  const seen = outcomes(disk, "/f");
  assert([...seen].every((outcome) => outcome?.startsWith("1*512")));
  assert(seen.has("1*512"));
  const late = file.flush();
  disk.crash();
  await assertRejects(() => late, SimulatedCrash);
  assert(outcomes(disk, "/f").has("1*512"));
});

Deno.test("the same seed gives the same disk", () => {
  const disk = new FaultyFileSystem();
  for (const name of ["a", "b", "c"]) {
    disk.open(`/${name}`, { create: true }).write(0, fill(3000, 1));
  }
  const image = (seed: number) => {
    const after = disk.afterCrash({ seed });
    return after.list("/").map(({ name }) => `${name}:${left(after, `/${name}`)}`).join();
  };
  for (const seed of seeds.slice(0, 50)) assertEquals(image(seed), image(seed));
  assert(new Set(seeds.map(image)).size > 20);
});

Deno.test("a crash can be simulated at every operation of a history", () => {
  const run = (disk: FaultyFileSystem) => {
    disk.makeDirectory("/d/e");
    const file = disk.open("/d/e/f", { create: true, preallocate: 100 });
    file.write(0, fill(10, 1));
    file.truncate(5);
    file.rename("/d/g");
    file.flushSync();
    disk.flushDirectory("/d");
    disk.remove("/d");
  };
  const whole = new FaultyFileSystem();
  run(whole);
  assertEquals(
    whole.history.map(({ kind, path, detail }) => `${kind} ${path} ${detail}`.trim()),
    [
      "makeDirectory /d",
      "makeDirectory /d/e",
      "create /d/e/f",
      "write /d/e/f 0+10",
      "truncate /d/e/f 5",
      "rename /d/e/f /d/g",
      "flush /d/g sync",
      "flushDirectory /d",
      "remove /d/e",
      "remove /d/g",
      "remove /d",
    ],
  );
  for (let n = 1; n <= whole.operations; n++) {
    const disk = new FaultyFileSystem();
    disk.crashAt(n);
    assertThrows(() => run(disk), SimulatedCrash);
    assertEquals(disk.operations, n);
    for (const seed of seeds.slice(0, 30)) {
      for (const after of [disk.afterCrash({ seed }), disk.processKill({ seed })]) {
        after.remove("/d");
        run(after);
      }
    }
  }
});

Deno.test("faults hit the calls they are meant for, as often as they are meant to", () => {
  const disk = new FaultyFileSystem();
  const file = disk.open("/a.log", { create: true });
  disk.inject({ code: "EIO", kinds: ["write"], path: ".log", skip: 1, times: 2 });
  file.write(0, fill(1, 1));
  assertThrows(() => file.write(1, fill(1, 1)), LogDirError, "EIO");
  assertThrows(() => file.write(1, fill(1, 1)), LogDirError, "EIO");
  file.write(1, fill(1, 1));
  disk.inject({ code: "ENOSPC", at: disk.operations + 2 });
  file.flushSync();
  assertThrows(() => file.write(2, fill(9, 2)), LogDirError, "ENOSPC");
  disk.inject({ code: "ENOSPC", kinds: ["write"], written: 4 });
  assertThrows(() => file.write(2, fill(9, 2)), LogDirError, "ENOSPC");
  assertEquals(left(disk, "/a.log"), "1*2 2*4");
  const withdraw = disk.inject({ code: "EIO", kinds: ["read"], path: /\.log$/, times: Infinity });
  assertThrows(() => readWholeFile(disk, "/a.log"), LogDirError, "EIO");
  withdraw();
  disk.inject({ code: "EMFILE", kinds: ["open", "stat", "list"], times: 3 });
  assertThrows(() => disk.open("/a.log"), LogDirError, "EMFILE");
  assertThrows(() => disk.stat("/a.log"), LogDirError, "EMFILE");
  assertThrows(() => disk.list("/"), LogDirError, "EMFILE");
  disk.inject({ code: "EIO", kinds: ["flush", "rename"], times: Infinity });
  assertThrows(() => disk.rename("/a.log", "/b.log"), LogDirError, "EIO");
  assertThrows(() => file.flushSync(), LogDirError, "EIO");
  assert(outcomes(disk, "/a.log").size > 1, "a flush that failed made nothing durable");
  disk.heal();
  disk.rename("/a.log", "/b.log");
});

Deno.test("bits are flipped and reads end early where they are meant to", () => {
  const disk = new FaultyFileSystem();
  const file = disk.open("/a", { create: true });
  file.write(0, fill(100, 1));
  disk.flipBit("/a", 50, 7);
  assertEquals(left(disk, "/a"), "1*50 129*1 1*49");
  const part = fill(10, 0);
  file.read(45, part, 0, 10);
  assertEquals([...part], [1, 1, 1, 1, 1, 129, 1, 1, 1, 1]);
  file.read(51, part, 0, 10);
  assertEquals([...part], [...fill(10, 1)]);
  disk.shortenReads("/a", { seed: 1 });
  assert(file.read(0, fill(100, 0), 0, 100) < 100);
  disk.heal();
  assertEquals(left(disk, "/a"), "1*100");
});
